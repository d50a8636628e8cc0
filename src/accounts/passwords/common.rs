//! Passwords that guessers try first, among those long enough to be allowed.
//!
//! Published lists hold few entries of fifteen characters or more, and nearly all of them are made by a handful
//! of habits: a unit repeated, a run along the alphabet, the digits or the keyboard, one or two everyday words
//! with figures and signs around them. So instead of a list this module knows the habits, which covers every
//! such entry and its variations in case and letter-like signs (`p@ssw0rd`): millions of passwords.

/// The longest unit whose repetition alone makes a password.
const LONGEST_UNIT: usize = 8;
/// The share of neighbouring characters, in percent, that a walk over the keyboard or alphabet has.
const WALK_PERCENT: usize = 70;
/// Everyday words a password may be made of and still be common; three or more of them make a phrase.
const FEW_WORDS: usize = 2;

/// Words that lead the published lists, with Japanese ones that lead Japanese lists.
const WORDS: &[&str] = &[
    "password",
    "passwort",
    "passwd",
    "passphrase",
    "pass",
    "word",
    "welcome",
    "letmein",
    "login",
    "logon",
    "signin",
    "secret",
    "admin",
    "administrator",
    "root",
    "user",
    "username",
    "guest",
    "test",
    "testing",
    "tester",
    "demo",
    "sample",
    "example",
    "default",
    "changeme",
    "change",
    "temp",
    "temporary",
    "system",
    "server",
    "database",
    "computer",
    "internet",
    "network",
    "windows",
    "microsoft",
    "google",
    "apple",
    "android",
    "iphone",
    "samsung",
    "facebook",
    "twitter",
    "youtube",
    "linkedin",
    "minecraft",
    "pokemon",
    "pikachu",
    "naruto",
    "doraemon",
    "starwars",
    "superman",
    "batman",
    "spiderman",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "killer",
    "hunter",
    "ranger",
    "soccer",
    "football",
    "baseball",
    "basketball",
    "hockey",
    "tennis",
    "golf",
    "sunshine",
    "princess",
    "flower",
    "butterfly",
    "angel",
    "rainbow",
    "star",
    "summer",
    "winter",
    "spring",
    "autumn",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "iloveyou",
    "ilove",
    "love",
    "loveyou",
    "lover",
    "forever",
    "you",
    "baby",
    "mylove",
    "money",
    "freedom",
    "whatever",
    "trustno",
    "hello",
    "goodbye",
    "abc",
    "abcd",
    "abcdef",
    "qwerty",
    "qwertyuiop",
    "asdf",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "qazwsx",
    "qwer",
    "zaq",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "zero",
    "my",
    "the",
    "this",
    "is",
    "no",
    "me",
    "a",
    "michael",
    "jessica",
    "jennifer",
    "charlie",
    "daniel",
    "thomas",
    "jordan",
    "george",
    "andrew",
    "michelle",
    "mother",
    "father",
    "family",
    "friend",
    "friends",
    "company",
    "business",
    "office",
    "manager",
    "staff",
    "japan",
    "nippon",
    "nihon",
    "tokyo",
    "osaka",
    "kyoto",
    "nagoya",
    "sapporo",
    "hokkaido",
    "fukuoka",
    "sakura",
    "arigato",
    "konnichiwa",
    "ohayou",
    "daisuki",
    "aishiteru",
    "watashi",
    "himitsu",
    "yamato",
    "sayonara",
    "takahashi",
    "tanaka",
    "suzuki",
    "sato",
    "watanabe",
    "yamada",
    "yamamoto",
    "nakamura",
    "kobayashi",
    "takeshi",
    "hiroshi",
    "kazuki",
    "yuki",
    "haruka",
    "yakuba",
    "shiyakusho",
    "jichitai",
    "pasuwado",
    "パスワード",
    "さくら",
    "ひみつ",
    "にほん",
    "日本",
    "東京",
    "大阪",
    "役所",
    "市役所",
    "町役場",
];

/// Whether a password follows one of the habits above.
pub(super) fn is_common(password: &str) -> bool {
    let folded: Vec<char> = password.to_lowercase().chars().collect();
    let plain: Vec<char> = folded.iter().map(|c| behind_the_sign(*c)).collect();
    is_repetition(&folded) || is_walk(&folded) || [folded, plain].iter().any(|text| is_few_words(text))
}

/// The letter that a sign stands for in `p@ssw0rd` and its like.
fn behind_the_sign(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// A unit of at most [`LONGEST_UNIT`] characters, over and over; the last time it may be cut off.
fn is_repetition(text: &[char]) -> bool {
    (1..=LONGEST_UNIT)
        .any(|unit| text.len() >= 2 * unit && text.iter().zip(text.iter().skip(unit)).all(|(a, b)| a == b))
}

/// Nearly every character stands beside the one before: on the keyboard, in the alphabet, among the digits.
fn is_walk(text: &[char]) -> bool {
    let pairs = text.len().saturating_sub(1).max(1);
    let near = text.iter().zip(text.iter().skip(1)).filter(|(a, b)| are_neighbours(**a, **b)).count();
    near * 100 >= pairs * WALK_PERCENT
}

fn are_neighbours(a: char, b: char) -> bool {
    let in_order = a.is_alphanumeric() && b.is_alphanumeric() && u32::from(a).abs_diff(u32::from(b)) <= 1;
    let on_keyboard = match (key(a), key(b)) {
        (Some((row, column)), Some((other_row, other_column))) => {
            row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1
        }
        _ => false,
    };
    in_order || on_keyboard
}

/// Row and column on a keyboard.
fn key(c: char) -> Option<(usize, usize)> {
    const ROWS: [&str; 4] = ["1234567890-^", "qwertyuiop@[", "asdfghjkl;:]", "zxcvbnm,./_"];
    ROWS.iter()
        .enumerate()
        .find_map(|(row, keys)| keys.chars().position(|key| key == c).map(|column| (row, column)))
}

/// The whole text falls into everyday words, figures and signs, with at most [`FEW_WORDS`] different words.
fn is_few_words(text: &[char]) -> bool {
    // For each place the smallest set of words that reaches it.
    let mut reached: Vec<Option<Vec<&str>>> = vec![None; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = Some(Vec::new());
    }
    for at in 0..text.len() {
        let Some(Some(words)) = reached.get(at).cloned() else { continue };
        let rest = text.get(at..).unwrap_or_default();
        if rest.first().is_some_and(|c| !c.is_alphabetic()) {
            improve(&mut reached, at + 1, words.clone());
        }
        for word in WORDS.iter().filter(|word| starts_with(rest, word)) {
            let mut more = words.clone();
            if !more.contains(word) {
                more.push(word);
            }
            if more.len() <= FEW_WORDS {
                improve(&mut reached, at + word.chars().count(), more);
            }
        }
    }
    reached.last().is_some_and(Option::is_some)
}

fn improve<'a>(reached: &mut [Option<Vec<&'a str>>], at: usize, words: Vec<&'a str>) {
    if let Some(place) = reached.get_mut(at)
        && place.as_ref().is_none_or(|known| known.len() > words.len())
    {
        *place = Some(words);
    }
}

fn starts_with(text: &[char], word: &str) -> bool {
    let mut characters = text.iter();
    word.chars().all(|c| characters.next() == Some(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_entries_of_published_lists_are_known() {
        for text in [
            "123456789012345",
            "1234567890123456",
            "111111111111111",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "qwertyuiopasdfgh",
            "qwertyuiop123456",
            "1q2w3e4r5t6y7u8i",
            "1qaz2wsx3edc4rfv",
            "zaq12wsxcde34rfv",
            "qwertyuiopasdfghjklzxcvbnm",
            "abcdefghijklmnop",
            "987654321098765",
            "passwordpassword",
            "password12345678",
            "P@ssw0rdP@ssw0rd",
            "Password2026!!!!",
            "iloveyouforever!",
            "iloveyouiloveyou",
            "administrator123",
            "Administrator2026",
            "letmeinletmein1",
            "welcome123456789",
            "sunshine20262026",
            "changeme-changeme",
            "TokyoTokyo202604",
            "パスワードパスワードパスワード",
            "sakurasakura2026",
        ] {
            assert!(is_common(text), "{text}");
        }
    }

    #[test]
    fn phrases_and_random_texts_are_not_common() {
        for text in [
            "correct horse battery staple",
            "sunshine monkey dragon computer",
            "gX9!vq2#Lm4$zR7",
            "turnip lantern 7 rivers",
            "k7mQ2vT9xB4nW8z",
            "しずかな湖畔の森の影から男と女",
        ] {
            assert!(!is_common(text), "{text}");
        }
    }
}
