/*!
Encodes a sparse cube for the dashboard: key differences and counts, as base64 (`tablero/DATOS.md`).
*/

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// A cube of counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedCube {
    /// The names of its dimensions, the most significant first.
    pub dimensiones: Vec<String>,
    /// The number of codes of each dimension.
    pub tamanos: Vec<u64>,
    /// The number of non-zero cells.
    pub celdas: usize,
    /// The sum of all counts.
    pub total: u64,
    /// The cells.
    pub datos: String,
}

impl EncodedCube {
    /// The cells with their codes and counts; `None` if this program did not write the cube.
    #[must_use]
    pub fn cells(&self) -> Option<Vec<(Vec<usize>, u64)>> {
        let bytes = STANDARD.decode(&self.datos).ok()?;
        let mut bytes = bytes.iter();
        let parts = dimension_parts(&self.tamanos);
        let mut cells = Vec::new();
        let mut total = 0_u64;
        let mut numbers = vec![0_u64; parts.len()];
        while !bytes.as_slice().is_empty() {
            let mut is_as_before = !cells.is_empty();
            let mut count = 1;
            for (place, number) in numbers.iter_mut().enumerate() {
                let word = read_leb128(&mut bytes)?;
                let base = if is_as_before { *number } else { 0 };
                if place + 1 < parts.len() {
                    is_as_before &= word == 0;
                    *number = base.checked_add(word)?;
                } else {
                    *number = base.checked_add(u64::from(is_as_before))?.checked_add(word / 2)?;
                    if word % 2 == 1 {
                        count = read_leb128(&mut bytes)?.checked_add(2)?;
                    }
                }
            }
            let mut codes = vec![0; self.tamanos.len()];
            for (part, number) in parts.iter().zip(&numbers) {
                let mut rest = *number;
                for (code, size) in codes[part.clone()].iter_mut().zip(&self.tamanos[part.clone()]).rev() {
                    *code = usize::try_from(rest.checked_rem(*size)?).ok()?;
                    rest /= size;
                }
                if rest > 0 {
                    return None;
                }
            }
            cells.push((codes, count));
            total = total.checked_add(count)?;
        }
        (cells.len() == self.celdas && total == self.total).then_some(cells)
    }

    /// The cells whose codes are kept. `kept_codes` has the kept codes of some dimensions by place,
    /// in ascending order; their positions become the new codes. `None` if this program did not
    /// write the cube.
    pub(super) fn restricted(&self, kept_codes: &[(usize, &[usize])]) -> Option<Self> {
        let mut dimensions: Vec<(String, usize)> = Vec::new();
        for (place, (name, size)) in self.dimensiones.iter().zip(&self.tamanos).enumerate() {
            let kept = kept_codes.iter().find(|(at, _)| *at == place);
            dimensions.push((name.clone(), kept.map_or(usize::try_from(*size).ok()?, |(_, codes)| codes.len())));
        }
        let mut encoder = CubeEncoder { dimensions, counts: HashMap::new() };
        for (mut codes, count) in self.cells()? {
            let is_kept = kept_codes.iter().all(|(place, kept)| {
                let Some(code) = codes.get_mut(*place) else { return false };
                let position = kept.binary_search(code);
                *code = position.unwrap_or(0);
                position.is_ok()
            });
            if is_kept {
                encoder.add(codes, count);
            }
        }
        Some(encoder.encode())
    }
}

/// Reads a number that [`write_leb128`] wrote.
fn read_leb128<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.next()?;
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

/// The most keys of one part of the dimensions. The page can represent twice that number exactly.
const MAX_PART_KEYS: u64 = 1 << 52;

/// The parts of the dimensions of a cube. Each part has as many dimensions as [`MAX_PART_KEYS`]
/// allows, from the first on. Only a cube with large declared dimensions has more than one part.
fn dimension_parts(sizes: &[u64]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut span) = (0, 1_u64);
    for (place, size) in sizes.iter().enumerate() {
        span = span.saturating_mul(*size);
        if span > MAX_PART_KEYS {
            parts.push(start..place);
            (start, span) = (place, *size);
        }
    }
    parts.push(start..sizes.len());
    parts
}

/// A dimension: its name and its number of codes.
pub(super) type NameAndCodeCount = (&'static str, usize);

/// Counts events by their codes in mixed base.
pub(super) struct CubeEncoder {
    dimensions: Vec<(String, usize)>,
    /// The keys. They need about 100 bits: a day of at most 16 bits, an entity, a country, and the
    /// categories. Five categories have four bits each, and up to six have eight.
    counts: HashMap<u128, u64>,
}

impl CubeEncoder {
    pub fn new(dimensions: &[NameAndCodeCount]) -> Self {
        let dimensions = dimensions.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
        Self { dimensions, counts: HashMap::new() }
    }

    /// Adds `count` events; `codes` are in the order of the dimensions.
    pub fn add(&mut self, codes: impl IntoIterator<Item = usize>, count: u64) {
        let sizes = self.dimensions.iter().map(|(_, size)| *size as u128);
        let key = sizes.zip(codes).fold(0, |key, (size, code)| key * size + code as u128);
        *self.counts.entry(key).or_default() += count;
    }

    /// Encodes the cube. The result does not depend on the order of counting.
    pub fn encode(self) -> EncodedCube {
        let mut counts: Vec<(u128, u64)> = self.counts.into_iter().collect();
        counts.sort_unstable();
        let sizes: Vec<u64> = self.dimensions.iter().map(|(_, size)| *size as u64).collect();
        let parts = dimension_parts(&sizes);
        let spans: Vec<u128> =
            parts.iter().map(|part| sizes[part.clone()].iter().map(|size| u128::from(*size)).product()).collect();
        let mut bytes = Vec::new();
        let mut before = vec![0; parts.len()];
        let mut cells = 0;
        for (key, count) in &counts {
            let (mut rest, count) = (*key, *count);
            let mut numbers = vec![0; parts.len()];
            for (part, span) in numbers.iter_mut().zip(&spans).rev() {
                // The value is below a span, which is at most MAX_PART.
                *part = (rest % (*span).max(1)) as u64;
                rest /= (*span).max(1);
            }
            let mut is_as_before = cells > 0;
            for (place, (part, before)) in numbers.iter().zip(&before).enumerate() {
                let base = if is_as_before { *before } else { 0 };
                if place + 1 < parts.len() {
                    write_leb128(part - base, &mut bytes);
                    is_as_before &= part == before;
                } else {
                    let next = base + u64::from(is_as_before);
                    write_leb128((part - next) * 2 + u64::from(count > 1), &mut bytes);
                }
            }
            if count > 1 {
                write_leb128(count - 2, &mut bytes);
            }
            before = numbers;
            cells += 1;
        }
        EncodedCube {
            dimensiones: self.dimensions.into_iter().map(|(name, _)| name).collect(),
            tamanos: sizes,
            celdas: cells,
            total: counts.iter().map(|(_, count)| count).sum(),
            datos: STANDARD.encode(&bytes),
        }
    }
}

/// Writes a number as LEB128: seven bits per byte, the least significant first.
fn write_leb128(mut number: u64, into: &mut Vec<u8>) {
    while number >= 128 {
        into.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    into.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE_DIMENSIONS: [NameAndCodeCount; 8] = [
        ("fecha", 2),
        ("entidad", 2),
        ("pais", 1),
        ("sexo", 2),
        ("modalidad", 1),
        ("tipo_credencial", 1),
        ("medio", 1),
        ("estatus", 1),
    ];

    /// The worked example of `tablero/DATOS.md`.
    #[test]
    fn the_worked_example_is_written_as_it_is_described() {
        let mut counter = CubeEncoder::new(&EXAMPLE_DIMENSIONS);
        for (codes, count) in [([1, 1, 0, 0], 300), ([0, 0, 0, 0], 1), ([0, 1, 0, 1], 5)] {
            for _ in 0..count {
                counter.add(codes.into_iter().chain([0; 4]), 1);
            }
        }
        let json = serde_json::to_string(&counter.encode()).unwrap();
        let described = include_str!("../../../tablero/DATOS.md").split("    {\"dimensiones\":[").nth(1).unwrap();
        let described = described.split("\n\n").next().unwrap().replace("\n     ", "");
        assert_eq!(json, format!("{{\"dimensiones\":[{described}"));
    }

    /// The sizes of a process with six declared dimensions, and some cells.
    const MANY_DIMENSIONS: [NameAndCodeCount; 14] = [
        ("fecha", 191),
        ("entidad", 32),
        ("pais", 200),
        ("sexo", 3),
        ("modalidad", 3),
        ("tipo_credencial", 3),
        ("medio", 3),
        ("estatus", 7),
        ("a", 250),
        ("b", 250),
        ("c", 250),
        ("d", 250),
        ("e", 250),
        ("f", 250),
    ];
    const MANY_DIMENSIONS_CELLS: [([usize; 14], u64); 5] = [
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 1),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 249, 249, 249, 249], 1),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], 300),
        ([190, 31, 199, 2, 2, 2, 2, 6, 249, 249, 249, 249, 249, 249], 1),
    ];

    /// The second example of `tablero/DATOS.md`.
    #[test]
    fn a_cube_of_more_keys_than_a_number_holds_is_written_in_parts() {
        let sizes: Vec<u64> = MANY_DIMENSIONS.iter().map(|(_, size)| *size as u64).collect();
        assert_eq!(dimension_parts(&sizes), [0..10, 10..14]);
        let mut counter = CubeEncoder::new(&MANY_DIMENSIONS);
        for (codes, count) in MANY_DIMENSIONS_CELLS.iter().rev() {
            for _ in 0..*count {
                counter.add(*codes, 1);
            }
        }
        let cube = counter.encode();
        assert_eq!(
            cube.cells(),
            Some(MANY_DIMENSIONS_CELLS.iter().map(|(codes, count)| (codes.to_vec(), *count)).collect())
        );
        let described = format!("`\"celdas\":5,\"total\":305,\"datos\":\"{}\"`", cube.datos);
        assert!(include_str!("../../../tablero/DATOS.md").contains(&described), "{described}");
        for length in 0..cube.datos.len() {
            let datos = cube.datos[..length].to_owned();
            assert_eq!(EncodedCube { datos, ..cube.clone() }.cells(), None, "{length} letters of it");
        }
    }

    #[test]
    fn the_cube_of_a_process_without_declared_dimensions_has_one_part() {
        // All lists have their maximum length: 366 days, 32 entities, 250 countries and 16 values
        // each.
        assert_eq!(dimension_parts(&[366, 32, 250, 16, 16, 16, 16, 16]).len(), 1);
        assert_eq!(dimension_parts(&[0, 32, 250, 3, 3, 3, 3, 7]).len(), 1);
        assert_eq!(dimension_parts(&[1 << 52, 1, 2]), [0..2, 2..3]);
    }

    #[test]
    fn a_cube_of_nothing_is_empty() {
        let cube = CubeEncoder::new(&EXAMPLE_DIMENSIONS).encode();
        assert_eq!(cube.cells(), Some(Vec::new()));
        let EncodedCube { celdas, total, datos, .. } = cube;
        assert_eq!((celdas, total, datos.as_str()), (0, 0, ""));
    }

    #[test]
    fn a_cube_is_read_as_it_was_written_and_no_other() {
        let mut counter = CubeEncoder::new(&EXAMPLE_DIMENSIONS);
        let all = [([0, 0, 0, 0, 0, 0, 0, 0], 1), ([0, 1, 0, 1, 0, 0, 0, 0], 2), ([1, 1, 0, 1, 0, 0, 0, 0], 400)];
        for (codes, count) in all {
            for _ in 0..count {
                counter.add(codes, 1);
            }
        }
        let cube = counter.encode();
        assert_eq!(cube.cells(), Some(all.iter().map(|(codes, count)| (codes.to_vec(), *count)).collect()));
        let changes: [fn(&mut EncodedCube); 5] = [
            |cube| cube.total += 1,
            |cube| cube.celdas += 1,
            |cube| cube.datos.truncate(4),
            |cube| cube.datos = "////////////////".to_owned(),
            |cube| cube.tamanos[0] = 1,
        ];
        for change in changes {
            let mut other = cube.clone();
            change(&mut other);
            assert_eq!(other.cells(), None, "{other:?}");
        }
    }

    #[test]
    fn a_restricted_cube_has_the_kept_codes_alone() {
        let mut counter = CubeEncoder::new(&EXAMPLE_DIMENSIONS);
        for (codes, count) in [([0, 0, 0, 0], 1), ([0, 1, 0, 1], 5), ([1, 1, 0, 0], 300)] {
            counter.add(codes.into_iter().chain([0; 4]), count);
        }
        let cube = counter.encode();
        let own = cube.restricted(&[(1, &[1]), (3, &[1])]).unwrap();
        assert_eq!(own.tamanos, [2, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(own.cells(), Some(vec![(vec![0; 8], 5)]));
        let none = cube.restricted(&[(2, &[])]).unwrap();
        assert_eq!((none.tamanos[2], none.celdas, none.datos.as_str()), (0, 0, ""));
        assert_eq!(cube.restricted(&[]), Some(cube.clone()));
        assert_eq!(EncodedCube { total: 1, ..cube }.restricted(&[]), None);
    }

    #[test]
    fn numbers_of_more_than_seven_bits_take_more_bytes() {
        let bytes = |value| {
            let mut bytes = Vec::new();
            write_leb128(value, &mut bytes);
            bytes
        };
        assert_eq!(bytes(127), [127]);
        assert_eq!(bytes(128), [128, 1]);
        assert_eq!(bytes(298), [0xaa, 2]);
        assert_eq!(bytes(1 << 52).len(), 8);
    }
}
