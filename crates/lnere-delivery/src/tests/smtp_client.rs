use proptest::prelude::*;

use super::*;

/// How a server decodes the data (RFC 5321, section 4.5.2) up to the final dot, and the bytes after
/// it.
fn unstuffed(data: &[u8]) -> (Vec<u8>, &[u8]) {
    let (mut message, mut rest) = (Vec::new(), data);
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n").unwrap() + 2;
        let (line, after) = rest.split_at(end);
        if line == b".\r\n" {
            return (message, after);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        rest = after;
    }
}

#[test]
fn a_message_cannot_end_before_its_end() {
    assert_eq!(dot_stuff(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n");
    assert_eq!(dot_stuff(b".\n.\r.\r\n"), b"..\r\n..\r\n..\r\n");
    assert_eq!(dot_stuff(b"a\r\r\nb\n\nc"), b"a\r\n\r\nb\r\n\r\nc\r\n");
    assert_eq!(dot_stuff(b""), b"");
}

proptest! {
    #[test]
    fn a_server_reads_the_lines_that_were_written(lines in prop::collection::vec("[.\ra-c\n]{0,6}", 0..8)) {
        let message = lines.join("\r\n").into_bytes();
        let data = [dot_stuff(&message), b".\r\n".to_vec()].concat();
        let (read, after) = unstuffed(&data);
        prop_assert!(after.is_empty());
        let text = String::from_utf8(message).unwrap().replace("\r\n", "\n").replace('\r', "\n");
        let text = if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" };
        prop_assert_eq!(String::from_utf8(read).unwrap(), text.replace('\n', "\r\n"));
    }
}
