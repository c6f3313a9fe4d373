/*!
Writes the dashboard as one HTML file with its styles, scripts and data inline, for a mail. Its
policy allows the inline parts by their hashes and forbids every connection.
*/

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::data_file::DashboardData;
use super::static_files::static_file;

/// The elements of `index.html` that the file replaces by what they refer to.
const STYLE_LINK: &str = "<link rel=\"stylesheet\" href=\"tablero.css\">";
const ICON_LINK: &str = "<link rel=\"icon\" href=\"icono.svg\" type=\"image/svg+xml\">";
const DATA_SCRIPT: &str = "<script src=\"datos.js\"></script>";
const PAGE_SCRIPT: &str = "<script src=\"dist/tablero.js\"></script>";

/// The beginning and the end of the policy in `index.html`.
const POLICY_AFFIXES: [&str; 2] = ["<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">"];

/// The elements around an inline script.
const SCRIPT_TAGS: [&str; 2] = ["<script>", "</script>"];

/// The name of the single file of a recipient: `tablero_08_chihuahua.html`.
#[must_use]
pub fn single_page_name(slug: &str) -> String {
    format!("tablero_{slug}.html")
}

/// The dashboard as one file.
#[must_use]
pub fn single_page(data: &DashboardData) -> Vec<u8> {
    let data = String::from_utf8(data.to_file()).unwrap_or_default();
    let [page, style, script, icon, licences] =
        ["index.html", "tablero.css", "dist/tablero.js", "icono.svg", "dist/licencias.txt"].map(static_file);
    let policy = format!(
        "default-src 'none'; script-src '{}' '{}'; style-src '{}'; img-src data: blob:; connect-src 'none'; \
         base-uri 'none'; form-action 'none'",
        source_hash(&data),
        source_hash(script),
        source_hash(style),
    );
    let icon = STANDARD.encode(icon);
    let page = replace_policy(page, &policy)
        .replace(ICON_LINK, &format!("<link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">"))
        .replace(STYLE_LINK, &format!("<style>{style}</style>"))
        .replace(DATA_SCRIPT, &inline_script(&data))
        .replace(PAGE_SCRIPT, &inline_script(script));
    // Whoever passes the file on passes on the licences.
    format!("{page}<!--\n{licences}-->\n").into_bytes()
}

/// The data file in a dashboard of one file; `None` if there is none.
#[must_use]
pub fn data_of_single_page(page: &[u8]) -> Option<&[u8]> {
    let (_, rest) = std::str::from_utf8(page).ok()?.split_once(SCRIPT_TAGS[0])?;
    let (data, _) = rest.split_once(SCRIPT_TAGS[1])?;
    Some(data.as_bytes())
}

fn inline_script(text: &str) -> String {
    format!("{}{text}{}", SCRIPT_TAGS[0], SCRIPT_TAGS[1])
}

/// The hash of an inline script or style as a policy writes it.
fn source_hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn replace_policy(page: &str, policy: &str) -> String {
    let [start, end] = POLICY_AFFIXES;
    let Some((before, rest)) = page.split_once(start) else { return page.to_owned() };
    let after = rest.split_once(end).map_or("", |(_, after)| after);
    format!("{before}{start}{policy}{end}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_the_page_has_one_place_to_be_inline() {
        let page = static_file("index.html");
        for part in [STYLE_LINK, ICON_LINK, DATA_SCRIPT, PAGE_SCRIPT, POLICY_AFFIXES[0]] {
            assert_eq!(page.matches(part).count(), 1, "{part}");
        }
        assert_eq!(page.matches("src=").count(), 2, "another script or picture");
        assert_eq!(page.matches("<link").count(), 2);
    }

    #[test]
    fn no_inline_part_ends_early() {
        for (file, endings) in [
            ("dist/tablero.js", &["</script", "<script", "<!--"][..]),
            ("tablero.css", &["</style"]),
            ("dist/licencias.txt", &["-->", "--!>"]),
        ] {
            let text = static_file(file).to_lowercase();
            for ending in endings {
                assert!(!text.contains(ending), "{file} has {ending}");
            }
            // A browser reads CR LF as LF before it hashes a script.
            assert!(!text.contains('\r'), "{file}");
        }
    }
}
