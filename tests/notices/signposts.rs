//! Behind the link of every mail stands a page, in both languages and without JavaScript.

use uuid::Uuid;

use crate::support::app::TestApp;

#[test]
fn every_page_that_mails_lead_to_is_there_in_both_languages() {
    let app = TestApp::start();
    let id = Uuid::now_v7();
    let pages = [
        (format!("/challenges/{id}"), "地域課題", "Challenge"),
        (format!("/solutions/{id}"), "ソリューション", "Solution"),
    ];
    for (path, ja, en) in pages {
        let heading = |query: &str| {
            let page = app.public().get(&format!("{path}{query}")).send().expect(200).text();
            let (_, rest) = page.split_once("<h1>").unwrap();
            assert!(!page.contains("<script>") && !page.contains("signpost."), "{page}");
            rest.split_once("</h1>").unwrap().0.to_owned()
        };
        assert_eq!((heading("?lang=ja").as_str(), heading("?lang=en").as_str()), (ja, en), "{path}");
    }
}

#[test]
fn an_address_that_cannot_be_one_is_not_found() {
    let app = TestApp::start();
    for path in ["/challenges/1", "/solutions/x", "/matches/%3Cscript%3E"] {
        app.public().get(path).send().expect(404);
    }
}
