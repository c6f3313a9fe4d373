use proptest::prelude::*;

use super::*;

fn parse(bytes: &[u8]) -> Result<(Option<Reply>, Vec<u8>), ReplyError> {
    let mut rest = bytes.to_vec();
    let reply = ReplyParser::default().push(&mut rest)?;
    Ok((reply, rest))
}

fn parse_whole(bytes: &[u8]) -> Reply {
    let (reply, rest) = parse(bytes).unwrap();
    assert!(rest.is_empty());
    reply.unwrap()
}

#[test]
fn only_the_code_decides() {
    let none = PasswordForms::default();
    let latin = parse_whole(b"250 2.0.0 Aceptado: est\xe1 en la cola\r\n");
    assert_eq!((latin.code(), latin.class()), (250, ReplyClass::Completed));
    assert_eq!(latin.masked_text(&none), "2.0.0 Aceptado: está en la cola");
    assert_eq!(parse_whole("250 está\r\n".as_bytes()).masked_text(&none), "está");
    assert_eq!(parse_whole(b"550-one\r\n550-\r\n550 two\r\n").masked_text(&none), "one  two");
    assert_eq!(parse_whole(b"451\r\n").class(), ReplyClass::Transient);
    assert_eq!(parse_whole(b"354 go\n").class(), ReplyClass::Intermediate, "a line feed alone is a line end too");
    assert_eq!(parse_whole(b"250 \xff\x00\x80\r\n").code(), 250);
}

#[test]
fn what_is_no_reply_is_none() {
    for bytes in ["\r\n", "25\r\n", "25x ok\r\n", "150 ok\r\n", "650 ok\r\n", "2500\r\n", "250_ok\r\n", " 250 ok\r\n"] {
        assert_eq!(parse(bytes.as_bytes()).unwrap_err(), ReplyError::NoCode, "{bytes:?}");
    }
    assert_eq!(parse(b"250-ok\r\n550 no\r\n").unwrap_err(), ReplyError::TwoCodes(250, 550));
    assert_eq!(parse(b"250-ok\r\n").unwrap().0, None, "not whole yet");
    assert_eq!(parse(b"250 ok\r").unwrap().0, None);
}

#[test]
fn a_reply_has_limits() {
    let line = |length: usize| [b"250 ".as_slice(), &vec![b'x'; length - 6], b"\r\n"].concat();
    assert_eq!(parse_whole(&line(MAX_LINE_BYTES)).code(), 250);
    assert_eq!(parse(&line(MAX_LINE_BYTES + 1)).unwrap_err(), ReplyError::LineTooLong);
    assert_eq!(parse(&vec![b'2'; MAX_LINE_BYTES + 1]).unwrap_err(), ReplyError::LineTooLong, "without an end");
    let lines = |count: usize| [b"250-x\r\n".repeat(count - 1), b"250 x\r\n".to_vec()].concat();
    assert_eq!(parse_whole(&lines(MAX_LINES)).lines.len(), MAX_LINES);
    assert_eq!(parse(&lines(MAX_LINES + 1)).unwrap_err(), ReplyError::TooManyLines);
}

#[test]
fn what_follows_a_reply_is_left() {
    let (reply, rest) = parse(b"220 go\r\n250 forged\r\n").unwrap();
    assert_eq!((reply.unwrap().code(), rest.as_slice()), (220, b"250 forged\r\n".as_slice()));
}

#[test]
fn extensions_are_known_by_their_keywords() {
    let hello = parse_whole(b"250-STARTTLS greets you\r\n250-auth PLAIN Login\r\n250-XSTARTTLS\r\n250 8BITMIME\r\n");
    assert_eq!(hello.extension_parameters("AUTH").unwrap(), ["PLAIN", "LOGIN"]);
    assert_eq!(hello.extension_parameters("8BITMIME").unwrap(), [""; 0]);
    assert_eq!(hello.extension_parameters("STARTTLS"), None, "neither the name of the server nor a longer word");
}

/// Random bytes that resemble replies, and other bytes.
fn near_replies() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(b"250 ok\r\n".to_vec()),
        Just(b"250-".to_vec()),
        Just(b"250".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        (0..=2 * MAX_LINE_BYTES).prop_map(|length| vec![b'x'; length]),
        (0..=2 * MAX_LINES).prop_map(|count| b"421-\n".repeat(count)),
        prop::collection::vec(any::<u8>(), 0..16),
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Arbitrary bytes in pieces of any size cause no panic and no loss, and stay within the
    /// limits. The outcome equals that of the same bytes in one piece.
    #[test]
    fn any_bytes_are_read_within_limits(bytes in near_replies(), size in 1..5000_usize) {
        let mut parser = ReplyParser::default();
        let (mut received, mut outcome, mut given) = (Vec::new(), Ok(None), 0);
        for piece in bytes.chunks(size) {
            received.extend_from_slice(piece);
            given += piece.len();
            outcome = parser.push(&mut received);
            prop_assert!(parser.unfinished_line.len() <= MAX_LINE_BYTES);
            prop_assert!(parser.reply.as_ref().is_none_or(|reply| reply.lines.len() <= MAX_LINES));
            if !matches!(outcome, Ok(None)) {
                break;
            }
            prop_assert!(received.is_empty());
        }
        match (outcome, parse(&bytes)) {
            (Ok(Some(reply)), Ok((Some(same), rest))) => {
                prop_assert!(reply == same);
                let used = bytes.len() - rest.len();
                prop_assert_eq!(received.as_slice(), &bytes[used..given]);
                // The result of a simple parser for the same bytes.
                let lines: Vec<&[u8]> = bytes[..used].split_inclusive(|byte| *byte == b'\n').collect();
                let code = reply.code().to_string();
                prop_assert!(lines.iter().all(|line| line.starts_with(code.as_bytes())));
                prop_assert!(lines.iter().rev().skip(1).all(|line| line[3] == b'-'));
                prop_assert!(matches!(lines.last().unwrap()[3], b' ' | b'\r' | b'\n'));
                prop_assert!((200..600).contains(&reply.code()));
            }
            (Ok(None), Ok((None, _))) => {}
            (Err(error), Err(same)) => prop_assert_eq!(error, same),
            (outcome, same) => prop_assert!(false, "{outcome:?} {same:?}"),
        }
    }
}
