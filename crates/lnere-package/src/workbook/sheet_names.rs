/*!
Names the sheets after their tables, within the rules of Excel.
*/

/// The maximum length of a sheet name in UTF-16 units; table names are ASCII.
const MAX_SHEET_NAME_LENGTH: usize = 31;

/// The names of other sheets, and a name that Excel reserves.
const RESERVED_NAMES: [&str; 5] = ["índice", "resumen", "diccionario", "códigos", "history"];

/// The sheet name of each table, in order. The names are unique without regard to case, as Excel
/// compares them.
pub(super) fn sheet_names<'a>(tables: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for table in tables {
        let mut name = shorten(table, MAX_SHEET_NAME_LENGTH);
        let mut copy = 1;
        while RESERVED_NAMES.contains(&name.to_lowercase().as_str())
            || names.iter().any(|other| other.to_lowercase() == name.to_lowercase())
        {
            copy += 1;
            let mark = format!("_{copy}");
            name = shorten(table, MAX_SHEET_NAME_LENGTH - mark.len()) + &mark;
        }
        names.push(name);
    }
    names
}

/// A name of at most `limit` letters. The longest words are cut at the end, so that each word stays
/// recognizable.
fn shorten(name: &str, limit: usize) -> String {
    let mut words: Vec<Vec<char>> = name.split('_').map(|word| word.chars().collect()).collect();
    let length = |words: &[Vec<char>]| words.iter().map(|word| word.len() + 1).sum::<usize>() - 1;
    while length(&words) > limit {
        let longest = words.iter().map(Vec::len).max().unwrap_or(0);
        // Of equally long words the last one is cut, because the first words state the subject of
        // the table.
        match words.iter_mut().rev().find(|word| word.len() == longest) {
            Some(word) if longest > 1 => {
                word.pop();
            }
            _ => {
                words.pop();
            }
        }
    }
    words.into_iter().map(String::from_iter).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_fit_are_kept() {
        let names = ["lnere_cubo", "credenciales_por_representacion", "proyeccion_lnere_nacional"];
        assert_eq!(sheet_names(names.into_iter()), names);
    }

    #[test]
    fn long_names_keep_the_start_of_each_word() {
        assert_eq!(
            sheet_names(["credenciales_por_entidad_representacion"].into_iter()),
            ["credencia_por_entidad_represent"]
        );
    }

    #[test]
    fn no_two_sheets_are_called_the_same() {
        let long = "a".repeat(40);
        let longer = "a".repeat(41);
        let names = sheet_names(["resumen", "Tabla", "tabla", &long, &longer].into_iter());
        assert_eq!(names, ["resumen_2", "Tabla", "tabla_2", &"a".repeat(31), &format!("{}_2", "a".repeat(29))]);
    }

    #[test]
    fn many_short_words_fit_too() {
        let name = vec!["a"; 40].join("_");
        assert_eq!(sheet_names([name.as_str()].into_iter())[0].len(), 31);
    }
}
