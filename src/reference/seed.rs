//! Reading the seed files that are compiled into the binary.

/// The table that a seed file holds.
///
/// # Panics
/// When the file is broken. It is compiled in, so that is a defect of this build which no user can
/// mend, and every test of this module would have found it.
#[expect(
    clippy::panic,
    reason = "a broken compiled-in table is a defect of the build; nothing can go on without it"
)]
pub(super) fn table<T>(file: &str, parsed: Result<T, String>) -> T {
    match parsed {
        Ok(table) => table,
        Err(cause) => panic!("seeds/{file} is broken: {cause}"),
    }
}

/// The rows of a plain CSV file (no quoted cells) below a header that must be `header` exactly.
///
/// # Errors
/// Another header, or a row with another number of cells; names the line.
pub(super) fn rows<'a, const N: usize>(
    text: &'a str,
    header: [&str; N],
) -> Result<Vec<[&'a str; N]>, String> {
    let mut lines = text.lines().enumerate().map(|(index, line)| {
        let cells: Vec<&str> = line.split(',').collect();
        <[&str; N]>::try_from(cells).map_err(|_| format!("line {}: not {N} cells", index + 1))
    });
    match lines.next() {
        Some(Ok(found)) if found == header => lines.collect(),
        _ => Err(format!("the header is not {header:?}")),
    }
}
