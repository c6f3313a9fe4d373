/*!
Masks the password in replies of a server, because some servers repeat a refused command.
*/

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::WINDOWS_1252;

/// The text that replaces a secret.
const MASK: &[u8] = "<…>".as_bytes();

/// The shortest piece of Base64 that is masked; shorter pieces would match any text.
const MIN_MASKED_BASE64_LENGTH: usize = 4;

/// The forms in which a server's reply may repeat the password.
#[derive(Default)]
pub(super) struct PasswordForms {
    /// The forms; none is empty.
    forms: Vec<Vec<u8>>,
}

impl fmt::Debug for PasswordForms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl PasswordForms {
    /// The forms of a password: plain, and in Base64 either alone or after a user name.
    pub(super) fn new(user: &str, password: &str) -> Self {
        let mut forms = vec![
            password.as_bytes().to_vec(),
            WINDOWS_1252.encode(password).0.into_owned(),
            STANDARD.encode(password).into_bytes(),
            STANDARD.encode(format!("\0{user}\0{password}")).into_bytes(),
        ];
        // Base64 encodes three bytes as four letters, so the same bytes have three encodings.
        // Letters that also depend on neighbouring bytes are left out.
        for offset in 0..3 {
            let bytes = [vec![0; offset], password.as_bytes().to_vec()].concat();
            let encoded = STANDARD.encode(&bytes).into_bytes();
            let piece = encoded.get((offset * 8).div_ceil(6)..bytes.len() * 8 / 6).unwrap_or_default();
            if piece.len() >= MIN_MASKED_BASE64_LENGTH {
                forms.push(piece.to_vec());
            }
        }
        forms.retain(|form| !form.is_empty());
        // The longest form comes first, because it may contain a shorter one.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self { forms }
    }

    /// Masks every word of a text that contains the password.
    pub(super) fn mask(&self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for form in &self.forms {
            let mut from = 0;
            while let Some(place) = memchr::memmem::find(&text[from..], form) {
                let (start, end) = (from + place, from + place + form.len());
                let is_blank = |byte: &u8| byte.is_ascii_whitespace();
                let start = text[..start].iter().rposition(is_blank).map_or(0, |blank| blank + 1);
                let end = text[end..].iter().position(is_blank).map_or(text.len(), |blank| end + blank);
                text.splice(start..end, MASK.iter().copied());
                from = start + MASK.len();
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let secrets = PasswordForms::new("lnere", "Contraseña de prueba");
        String::from_utf8_lossy(&secrets.mask(text.as_bytes())).into_owned()
    }

    #[test]
    fn a_password_is_masked_as_it_is_and_in_base64() {
        assert_eq!(masked("5.7.8 Contraseña de prueba is wrong"), "5.7.8 <…> is wrong");
        assert_eq!(masked("login 'Contraseña de prueba', twice Contraseña de prueba"), "login <…> twice <…>");
        for around in ["", "\0lnere\0", "lnere\0lnere\0", "u:", "ab:"] {
            let encoded = STANDARD.encode(format!("{around}Contraseña de prueba"));
            assert_eq!(masked(&format!("AUTH PLAIN {encoded} refused")), "AUTH PLAIN <…> refused", "{around:?}");
            let encoded = STANDARD.encode(format!("{around}Contraseña de prueba and more"));
            assert_eq!(masked(&format!("AUTH {encoded}")), "AUTH <…>", "{around:?}");
        }
        let latin = PasswordForms::new("lnere", "Contraseña").mask(b"550 Contrase\xf1a no");
        assert_eq!(latin, "550 <…> no".as_bytes());
        assert_eq!(masked("nothing of it"), "nothing of it");
        assert_eq!(PasswordForms::default().mask(b"said"), b"said");
    }

    #[test]
    fn a_short_password_or_the_mask_itself_ends() {
        for password in ["a", "<…>", "…", " ", "  ", "..", "ñ"] {
            let masked = PasswordForms::new("u", password).mask("a <…>  b … ñ".as_bytes());
            assert!(!masked.is_empty());
        }
        for said in [STANDARD.encode("\0u\0ab"), STANDARD.encode("ab"), "ab".to_owned()] {
            assert_eq!(PasswordForms::new("u", "ab").mask(said.as_bytes()), MASK, "{said}");
        }
    }
}
