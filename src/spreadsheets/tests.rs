use std::io::Write as _;

use super::*;

fn read(bytes: &[u8]) -> Result<Spreadsheet, String> {
    Spreadsheet::read(bytes).map_err(|invalid| invalid.to_string())
}

fn cells(sheet: &Spreadsheet) -> Vec<(usize, Vec<&str>)> {
    sheet.rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect()
}

#[test]
fn csv_is_read_with_and_without_its_mark() {
    let text = "題名,予算\r\n除雪,1200万\r\n";
    for bytes in [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat()] {
        let sheet = read(&bytes).expect("a table");
        assert_eq!(
            (sheet.header_row, sheet.header.as_slice()),
            (1, ["題名", "予算"].map(String::from).as_slice())
        );
        assert_eq!(cells(&sheet), [(2, vec!["除雪", "1200万"])]);
    }
}

#[test]
fn csv_is_read_as_excel_in_japan_writes_it() {
    // Characters that only Windows has: ①, ㈱, 髙, ～.
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode("題名,担当\r\n①除雪～済み,㈱髙橋\r\n");
    assert!(!lost);
    assert_eq!(cells(&read(&bytes).expect("a table")), [(2, vec!["①除雪～済み", "㈱髙橋"])]);
    assert_eq!(bytes.first(), Some(&0x91), "not UTF-8");
}

#[test]
fn unicode_text_with_tabs_is_read_too() {
    let text: Vec<u8> =
        "\u{feff}題名\t予算\r\n除雪\t5\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(cells(&read(&text).expect("a table")), [(2, vec!["除雪", "5"])]);
}

#[test]
fn rows_are_counted_as_the_spreadsheet_counts_them() {
    let text = "\n題名,概要\n一,\"二行の\n\"\"概要\"\"\"\n\n,\n三,四\n";
    let sheet = read(text.as_bytes()).expect("a table");
    assert_eq!(sheet.header_row, 2);
    assert_eq!(cells(&sheet), [(3, vec!["一", "二行の\n\"概要\""]), (6, vec!["三", "四"])]);
}

#[test]
fn what_is_no_table_is_refused_with_its_reason() {
    assert_eq!(read(b""), Err("sheet_empty".to_owned()));
    assert_eq!(read("題名,概要\n".as_bytes()), Err("sheet_empty".to_owned()));
    assert_eq!(read(b"a,b\n\xff\xff,\x81"), Err("sheet_encoding".to_owned()));
    assert_eq!(read(b"a,b\n\0,1"), Err("sheet_unreadable".to_owned()));
    assert_eq!(read(b"PK\x03\x04 and nothing more"), Err("sheet_unreadable".to_owned()));
    let many = format!("a\n{}", "1\n".repeat(MOST_ROWS + 1));
    assert_eq!(read(many.as_bytes()), Err("sheet_rows max=1000".to_owned()));
    assert!(read(format!("a\n{}", "1\n".repeat(MOST_ROWS)).as_bytes()).is_ok());
    let wide = ",".repeat(MOST_COLUMNS);
    assert_eq!(read(format!("a\n{wide}1").as_bytes()), Err("sheet_columns max=100".to_owned()));
}

fn table() -> Table {
    let mut table = Table::new("課題", vec!["題名".to_owned(), "額".to_owned()]);
    table.row(vec!["=1+1".into(), Cell::Number(-12_000_000.0)]);
    table.row(vec!["二行の\n\"概要\"".into(), "2027-01-29".into()]);
    table
}

#[test]
fn a_workbook_is_read_as_it_was_written_and_holds_no_formula() {
    let bytes = workbook(&[table(), Table::new("選択肢", vec!["値".to_owned()])]).expect("a workbook");
    let sheet = read(&bytes).expect("a table");
    assert_eq!(sheet.header, ["題名", "額"]);
    assert_eq!(cells(&sheet), [(2, vec!["=1+1", "-12000000"]), (3, vec!["二行の\n\"概要\"", "2027-01-29"])]);
    let mut book: calamine::Xlsx<_> =
        calamine::Reader::new(std::io::Cursor::new(&bytes)).expect("a workbook");
    let formulas = calamine::Reader::worksheet_formula(&mut book, "課題").expect("the sheet");
    assert!(formulas.is_empty());
}

#[test]
fn days_of_a_workbook_are_read_as_days() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    sheet.write_string(0, 0, "締切").expect("a cell");
    sheet.write_number_with_format(1, 0, 46_416.0, &day).expect("a cell");
    sheet.write_number(2, 0, 1.5).expect("a cell");
    sheet.write_boolean(3, 0, true).expect("a cell");
    let sheet = read(&book.save_to_buffer().expect("a workbook")).expect("a table");
    assert_eq!(cells(&sheet), [(2, vec!["2027-01-29"]), (3, vec!["1.5"]), (4, vec!["true"])]);
}

#[test]
fn a_cell_at_the_far_end_takes_no_memory() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "題名").expect("a cell");
    sheet.write_string(1_048_575, 0, "はるか下").expect("a cell");
    let far = read(&book.save_to_buffer().expect("a workbook")).expect("a table");
    assert_eq!(cells(&far), [(1_048_576, vec!["はるか下"])]);
    book.worksheet_from_index(0).expect("a sheet").write_string(5, 16_383, "はるか右").expect("a cell");
    let bytes = book.save_to_buffer().expect("a workbook");
    assert_eq!(read(&bytes), Err("sheet_columns max=100".to_owned()));
}

#[test]
fn a_file_that_unpacks_without_end_is_refused() {
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let packed =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    bomb.start_file("xl/worksheets/sheet1.xml", packed).expect("a part");
    let zeros = vec![b' '; 1_048_576];
    for _ in 0..40 {
        bomb.write_all(&zeros).expect("written");
    }
    let bytes = bomb.finish().expect("a file").into_inner();
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    assert_eq!(read(&bytes), Err("sheet_unpacks_too_large megabytes=32".to_owned()));
}

#[test]
fn a_cell_that_looks_like_a_formula_is_text() {
    let mut table = Table::new("t", vec!["一".to_owned(), "二".to_owned()]);
    for lure in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        table.row(vec![lure.into(), "除雪=雪かき".into()]);
    }
    let csv = table.csv();
    assert!(csv.starts_with("\u{FEFF}\"一\",\"二\"\r\n"));
    assert_eq!(csv.matches("\"'").count(), 6);
    assert!(csv.contains("\"除雪=雪かき\""));
}

#[test]
fn quotes_and_line_breaks_stay_within_their_cell() {
    let csv = table().csv();
    assert!(csv.ends_with("\"二行の\n\"\"概要\"\"\",\"2027-01-29\"\r\n"), "{csv}");
    assert!(csv.contains("\"'=1+1\",-12000000\r\n"), "a number needs no guard");
}

#[test]
fn columns_have_letters() {
    let letters: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(column_letters).collect();
    assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
}
