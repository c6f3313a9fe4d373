use super::super::workbook;
use super::{package_contents, sample_tables};
use crate::test_release::SAMPLE_PROCESS;
use crate::{PackageData, all_subjects, visible_tables};
#[test]
#[ignore = "dump"]
fn dump() {
    let out = std::env::var("WB_OUT").unwrap();
    for corte in std::env::var("WB_CORTES").unwrap().split(',') {
        let tables = sample_tables(corte);
        for subject in all_subjects(&SAMPLE_PROCESS.process, &SAMPLE_PROCESS.catalogs) {
            if !["nacional", "03_baja_california_sur", "08_chihuahua", "09_ciudad_de_mexico"]
                .contains(&subject.slug.as_str())
            {
                continue;
            }
            let own = visible_tables(&tables, &SAMPLE_PROCESS.table_definitions, &subject).unwrap();
            let data = PackageData {
                process: &SAMPLE_PROCESS.process,
                statistics: lnere_statements::subject_statistics(
                    &SAMPLE_PROCESS.process,
                    &SAMPLE_PROCESS.catalogs,
                    corte.parse().unwrap(),
                    &own,
                    subject.entity_code(),
                )
                .unwrap(),
                ..package_contents(&subject, &own, corte)
            };
            let t = std::time::Instant::now();
            let bytes = workbook(&data).unwrap();
            eprintln!("{corte} {} {} bytes {:?}", subject.slug, bytes.len(), t.elapsed());
            std::fs::write(format!("{out}/libro_{}_{corte}.xlsx", subject.slug), bytes).unwrap();
        }
    }
}
