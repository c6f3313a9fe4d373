/*!
Whole numbers as in Mexico, which messages and published texts share.
*/

/// A whole number with thousands separators: `12,345`.
#[must_use]
pub fn with_thousands_separators(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with_thousands_separators;

    #[test]
    fn numbers_have_thousands_separators() {
        assert_eq!([0, 999, 1_000, -1_234_567].map(with_thousands_separators), ["0", "999", "1,000", "-1,234,567"]);
    }
}
