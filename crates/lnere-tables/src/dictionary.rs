/*!
Defines the data dictionary: type and meaning of every column, in Spanish and English.
*/

use std::borrow::Cow;

use lnere_core::column_names;
use serde::Serialize;

use lnere_core::catalog::{CountryId, OfficeId};
use lnere_core::process::{DimensionDefinition, Process, UNIDENTIFIED_CODE};

/// The version of the table columns; it changes with any change of a column.
pub const SCHEMA_VERSION: &str = "2";

/// The measures of applications, in the order of the columns.
pub const APPLICATION_MEASURES: [&str; 2] = [column_names::SOLICITUDES_QUINCENA, column_names::SOLICITUDES_ACUMULADAS];

/// The measures of credentials, in the order of the columns.
pub const CREDENTIAL_MEASURES: [&str; 6] = [
    column_names::TRAMITADAS_QUINCENA,
    column_names::TRAMITADAS_ACUMULADAS,
    column_names::ENTREGADAS_QUINCENA,
    column_names::ENTREGADAS_ACUMULADAS,
    column_names::CONFIRMADAS_QUINCENA,
    column_names::CONFIRMADAS_ACUMULADAS,
];

/// The quantiles of a projected number, in increasing order.
pub const QUANTILE_COLUMNS: [&str; 5] = [
    column_names::INFERIOR_90,
    column_names::INFERIOR_50,
    column_names::MEDIANA,
    column_names::SUPERIOR_50,
    column_names::SUPERIOR_90,
];

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ColumnType {
    /// A count, Int64.
    Int64,
    /// A percentage, a score or an amount of money, Float64.
    Float64,
    /// A code or a name.
    Text,
    /// A day.
    Date,
    /// A flag.
    Boolean,
}

impl ColumnType {
    /// The name of the type in a Frictionless table schema.
    #[must_use]
    pub fn frictionless_name(self) -> &'static str {
        match self {
            Self::Int64 => "integer",
            Self::Float64 => "number",
            Self::Text => "string",
            Self::Date => "date",
            Self::Boolean => "boolean",
        }
    }

    /// The name of the type in Arrow.
    #[must_use]
    pub fn arrow_name(self) -> &'static str {
        match self {
            Self::Int64 => "Int64",
            Self::Float64 => "Float64",
            Self::Text => "Utf8",
            Self::Date => "Date32",
            Self::Boolean => "Boolean",
        }
    }
}

/// A column of the published tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMeaning {
    /// The name, equal in every table with the column.
    pub name: &'static str,
    /// The type of the column.
    pub column_type: ColumnType,
    /// The meaning, in Spanish.
    pub es: Cow<'static, str>,
    /// The meaning, in English.
    pub en: Cow<'static, str>,
}

impl ColumnMeaning {
    /// The unit of its numbers, in English; `None`: it has no numbers.
    #[must_use]
    pub fn unit(&self) -> Option<&'static str> {
        let unit = match self.name {
            column_names::SOLICITUDES
            | column_names::SOLICITUDES_QUINCENA
            | column_names::SOLICITUDES_ACUMULADAS
            | column_names::INFERIOR_90
            | column_names::INFERIOR_50
            | column_names::MEDIANA
            | column_names::SUPERIOR_50
            | column_names::SUPERIOR_90
            | column_names::RESULTADO
            | column_names::WIS => "applications",
            column_names::TRAMITADAS
            | column_names::ENTREGADAS
            | column_names::CONFIRMADAS
            | column_names::EN_CAMINO => "credentials",
            name if CREDENTIAL_MEASURES.contains(&name) => "credentials",
            column_names::ANTERIOR | column_names::ACTUAL | column_names::CIFRA | "nacional" => {
                "those of `medida`, else applications"
            }
            column_names::REVISION => "revisions",
            column_names::CAMBIO | column_names::LISTA_ACUMULADA | column_names::META => "applications",
            column_names::NUMERADOR => "those of `que_cuenta`",
            column_names::VALOR => "`unidad`; in proyeccion_cuantiles, applications",
            column_names::POR => "`unidad`",
            column_names::TASA => "those of `que_cuenta` per `por`",
            column_names::FILAS => "records or folios",
            column_names::DIAS
            | column_names::HORIZONTE_DIAS
            | column_names::DIAS_AL_CIERRE
            | column_names::DIAS_MEDIANA
            | column_names::DIAS_P90 => "days",
            column_names::PORCENTAJE
            | column_names::PORCENTAJE_ALCANZADO
            | column_names::PORCENTAJE_DEL_CIERRE
            | column_names::ERROR_PORCENTUAL => "per cent",
            column_names::CUANTIL => "probability, 0 to 1",
            column_names::COBERTURA_50 | column_names::COBERTURA_90 => "share, 0 to 1",
            column_names::MASE => "mean daily steps",
            column_names::N => "outcomes",
            column_names::PAQUETES_INFERIOR_90
            | column_names::PAQUETES_MEDIANA
            | column_names::PAQUETES_SUPERIOR_90
            | column_names::TIRAJE => "packages",
            column_names::COSTO_MEDIANA | column_names::COSTO_SUPERIOR_90 | column_names::COSTO_TIRAJE => "`moneda`",
            column_names::ELECTORES_INFERIOR_90
            | column_names::ELECTORES_MEDIANA
            | column_names::ELECTORES_SUPERIOR_90 => "voters",
            _ => return None,
        };
        Some(unit)
    }
}

/// The columns of exact tables that may be empty: where nothing was delivered, where registration
/// has not closed, where accepted applications are unknown, and where there was no application. All
/// others always have a value.
pub const OPTIONAL_COLUMNS: [&str; 5] = [
    column_names::DIAS_MEDIANA,
    column_names::DIAS_P90,
    column_names::LISTA_ACUMULADA,
    column_names::PORCENTAJE_DEL_CIERRE,
    column_names::ERROR_PORCENTUAL,
];

const fn column_meaning(name: &'static str, kind: ColumnType, es: &'static str, en: &'static str) -> ColumnMeaning {
    ColumnMeaning { name, column_type: kind, es: Cow::Borrowed(es), en: Cow::Borrowed(en) }
}

/// The columns of every process.
pub const COLUMN_MEANINGS: &[ColumnMeaning] = &[
    column_meaning(
        column_names::CORTE,
        ColumnType::Date,
        "Fecha de corte: se cuenta hasta este día, inclusive",
        "Corte: counted up to this day, inclusive",
    ),
    column_meaning(
        column_names::CVE_ENTIDAD,
        ColumnType::Text,
        "Clave de la entidad federativa, dos dígitos; 00: todas juntas",
        "Code of the state, two digits; 00: all together",
    ),
    column_meaning(column_names::ENTIDAD, ColumnType::Text, "Nombre de la entidad federativa", "Name of the state"),
    column_meaning(
        column_names::CVE_PAIS,
        ColumnType::Text,
        "Clave del país, ISO 3166-1 alfa-3; XXX: no identificado",
        "Country, ISO 3166-1 alpha-3; XXX: not identified",
    ),
    column_meaning(column_names::PAIS, ColumnType::Text, "Nombre del país", "Name of the country, in Spanish"),
    column_meaning(
        column_names::SEXO,
        ColumnType::Text,
        "Sexo, código de la lista del proceso",
        "Sex, a code of the process's list",
    ),
    column_meaning(
        column_names::MODALIDAD,
        ColumnType::Text,
        "Modalidad de voto, código de la lista del proceso",
        "Modality of the vote, a code of the process's list",
    ),
    column_meaning(
        column_names::TIPO_CREDENCIAL,
        ColumnType::Text,
        "Tipo de credencial: CPVE, expedida en el extranjero; CPV, en México",
        "Credential type: CPVE, issued abroad; CPV, issued in Mexico",
    ),
    column_meaning(
        column_names::MEDIO,
        ColumnType::Text,
        "Medio de registro, código de la lista del proceso",
        "Medium of registration, a code of the process's list",
    ),
    column_meaning(
        column_names::ESTATUS,
        ColumnType::Text,
        "Estatus del análisis de la solicitud a la fecha de corte o, en lnere_estatus_serie, al final de la quincena",
        "Status of the analysis of the application at the corte or, in lnere_estatus_serie, at the end of the quincena",
    ),
    column_meaning(column_names::FECHA, ColumnType::Date, "Día, hora de la Ciudad de México", "Day, Mexico City time"),
    column_meaning(
        column_names::QUINCENA,
        ColumnType::Date,
        "Quincena, por su último día",
        "Quincena, by its last day",
    ),
    column_meaning(
        column_names::TIPO_REPRESENTACION,
        ColumnType::Text,
        "embajada, consulado o no_identificada",
        "embajada (embassy), consulado (consulate) or no_identificada",
    ),
    column_meaning(
        column_names::CVE_REPRESENTACION,
        ColumnType::Text,
        "Clave de la representación: la ciudad sede",
        "Code of the office: the city of its seat",
    ),
    column_meaning(
        column_names::REPRESENTACION,
        ColumnType::Text,
        "Embajada o consulado, por su ciudad sede",
        "Embassy or consulate, by the city of its seat",
    ),
    column_meaning(
        column_names::DIAS,
        ColumnType::Int64,
        "Días entre el trámite y la entrega",
        "Days from applied for to delivered",
    ),
    column_meaning(
        column_names::FUENTE,
        ColumnType::Text,
        "En calidad, sistema de origen: solicitudes o credenciales; en comparativo, metas y tasas, publicación o sistema \
         del que sale la cifra",
        "In calidad, system of origin: solicitudes or credenciales; in comparativo, metas and tasas, publication or \
         system that the figure comes from",
    ),
    column_meaning(
        column_names::ARCHIVO,
        ColumnType::Text,
        "Nombre del archivo leído, sin carpetas",
        "Name of the file read, without folders",
    ),
    column_meaning(
        column_names::FECHA_EXPORTACION,
        ColumnType::Date,
        "Día que cubre el archivo, hasta su fin",
        "Day that the file covers, to its end",
    ),
    column_meaning(
        column_names::ES_FUENTE,
        ColumnType::Boolean,
        "Si las cifras salen de este archivo: el más reciente de su fuente; de los demás, solo los estatus y las \
         validaciones",
        "Whether the counts come from this file, the newest of its source; the others give only statuses and checks",
    ),
    column_meaning(
        column_names::REGLA,
        ColumnType::Text,
        "Regla de los registros o de plausibilidad, o leidas, aceptadas, rechazadas",
        "Rule of records or of plausibility, or leidas (read), aceptadas (accepted), rechazadas (rejected)",
    ),
    column_meaning(
        column_names::NIVEL,
        ColumnType::Text,
        "error: registro rechazado; aviso: registro aceptado y señalado; advertencia: regla de plausibilidad cerca de su \
         límite; aceptada: exportación aceptada aunque una regla la rechaza; total",
        "error: record rejected; aviso: record accepted and noted; advertencia: plausibility rule near its limit; \
         aceptada: export accepted although a rule refuses it; total",
    ),
    column_meaning(
        column_names::FILAS,
        ColumnType::Int64,
        "Registros del archivo a los que toca; de una regla de plausibilidad, los registros o folios que faltan, sobran, \
         cambiaron o no se identificaron",
        "Records of the file that it is about; of a plausibility rule, the records or folios that are missing, too many, \
         changed or not identified",
    ),
    column_meaning(
        column_names::SOLICITUDES,
        ColumnType::Int64,
        "En lnere_diario, solicitudes registradas en el día; en lnere_estatus_serie, las que tenían ese estatus al final \
         de la quincena, con las mismas exportaciones",
        "In lnere_diario, applications registered on the day; in lnere_estatus_serie, those with this status at the end \
         of the quincena, from the same exports",
    ),
    column_meaning(
        column_names::SOLICITUDES_QUINCENA,
        ColumnType::Int64,
        "Solicitudes registradas en la quincena",
        "Applications registered in the quincena",
    ),
    column_meaning(
        column_names::SOLICITUDES_ACUMULADAS,
        ColumnType::Int64,
        "Solicitudes registradas desde el inicio hasta la fecha, inclusive",
        "Applications registered from the start to the date, inclusive",
    ),
    column_meaning(
        column_names::PORCENTAJE,
        ColumnType::Float64,
        "Porcentaje de las solicitudes acumuladas de la entidad, de 0 a 100, dos decimales",
        "Share of the state's cumulative applications, 0 to 100, two decimals",
    ),
    column_meaning(
        column_names::TRAMITADAS_QUINCENA,
        ColumnType::Int64,
        "Credenciales tramitadas en la quincena",
        "Credentials applied for in the quincena",
    ),
    column_meaning(
        column_names::TRAMITADAS_ACUMULADAS,
        ColumnType::Int64,
        "Credenciales tramitadas desde el inicio del proceso hasta el corte",
        "Credentials applied for from the start of the process to the corte",
    ),
    column_meaning(
        column_names::ENTREGADAS_QUINCENA,
        ColumnType::Int64,
        "Credenciales entregadas en la quincena",
        "Credentials delivered in the quincena",
    ),
    column_meaning(
        column_names::ENTREGADAS_ACUMULADAS,
        ColumnType::Int64,
        "Credenciales entregadas desde el inicio del proceso hasta el corte",
        "Credentials delivered from the start of the process to the corte",
    ),
    column_meaning(
        column_names::CONFIRMADAS_QUINCENA,
        ColumnType::Int64,
        "Credenciales confirmadas por el ciudadano en la quincena",
        "Credentials confirmed by the citizen in the quincena",
    ),
    column_meaning(
        column_names::CONFIRMADAS_ACUMULADAS,
        ColumnType::Int64,
        "Credenciales confirmadas por el ciudadano desde el inicio del proceso hasta el corte",
        "Credentials confirmed by the citizen from the start of the process to the corte",
    ),
    column_meaning(
        column_names::ENTREGADAS,
        ColumnType::Int64,
        "Credenciales entregadas hasta el corte: en credenciales_tiempos, desde el inicio del proceso y con esa \
         demora; en credenciales_cohorte, de las tramitadas desde el inicio",
        "Credentials delivered up to the corte: in credenciales_tiempos, from the start of the process and after so \
         many days; in credenciales_cohorte, of those applied for from the start",
    ),
    column_meaning(
        column_names::TRAMITADAS,
        ColumnType::Int64,
        "Credenciales tramitadas desde el inicio del proceso hasta el corte; las demás columnas dicen en qué van",
        "Credentials applied for from the start of the process to the corte; the other columns say what came of them",
    ),
    column_meaning(
        column_names::CONFIRMADAS,
        ColumnType::Int64,
        "De las tramitadas, las que el ciudadano ya confirmó al corte",
        "Of those applied for, those that the citizen has confirmed up to the corte",
    ),
    column_meaning(
        column_names::EN_CAMINO,
        ColumnType::Int64,
        "De las tramitadas, las que aún no se entregan al corte",
        "Of those applied for, those not delivered up to the corte",
    ),
    column_meaning(
        column_names::DIAS_MEDIANA,
        ColumnType::Int64,
        "De las entregadas, en cuántos días o menos se entregó la mitad (percentil 50 discreto); vacío si no hay \
         entregadas",
        "Of those delivered, within how many days half were (discrete 50th percentile); empty where none was",
    ),
    column_meaning(
        column_names::DIAS_P90,
        ColumnType::Int64,
        "De las entregadas, en cuántos días o menos se entregaron nueve de cada diez (percentil 90 discreto); vacío si \
         no hay entregadas",
        "Of those delivered, within how many days nine in ten were (discrete 90th percentile); empty where none was",
    ),
    column_meaning(
        column_names::CORTE_ANTERIOR,
        ColumnType::Date,
        "Fecha del corte anterior: el último día de la quincena anterior",
        "Corte before: the last day of the quincena before",
    ),
    column_meaning(
        column_names::CAMBIO,
        ColumnType::Int64,
        "actual menos anterior; negativo si salieron de ese estatus más de las que entraron",
        "actual minus anterior; negative where more left this status than entered it",
    ),
    column_meaning(
        column_names::TABLA,
        ColumnType::Text,
        "Tabla de la cifra: en revisiones, aquella en la que cambió",
        "Table of the figure: in revisiones, the one in which it changed",
    ),
    column_meaning(
        column_names::CLAVE,
        ColumnType::Text,
        "En revisiones, fila de esa tabla: objeto JSON de sus columnas clave, sin el corte; en tasas, clave de la \
         entidad, el país o la representación",
        "In revisiones, row of that table: JSON object of its key columns, without the corte; in tasas, code of the \
         state, the country or the office",
    ),
    column_meaning(
        column_names::MEDIDA,
        ColumnType::Text,
        "Columna de esa tabla: un conteo; los porcentajes se derivan de ellos y no se listan",
        "Column of that table: a count; percentages follow from counts and are not listed",
    ),
    column_meaning(
        column_names::ANTERIOR,
        ColumnType::Int64,
        "En revisiones, conteo en la revisión que se reemplaza, 0 si la fila no existía; en lnere_estatus_cambios, \
         solicitudes con ese estatus en el corte anterior, con las mismas exportaciones",
        "In revisiones, count in the revision that is replaced, 0 where the row was not there; in \
         lnere_estatus_cambios, applications with this status at the corte before, from the same exports",
    ),
    column_meaning(
        column_names::ACTUAL,
        ColumnType::Int64,
        "En revisiones, conteo en esta revisión, 0 si la fila ya no existe; en lnere_estatus_cambios, solicitudes con \
         ese estatus en este corte",
        "In revisiones, count in this revision, 0 where the row is gone; in lnere_estatus_cambios, applications with \
         this status at this corte",
    ),
    column_meaning(
        column_names::UNIVERSO,
        ColumnType::Text,
        "solicitudes: solicitudes al cierre del registro; lnere: las que integrarán la lista. No deben mezclarse",
        "solicitudes: applications at the close; lnere: those that will be on the list. Never to be mixed",
    ),
    column_meaning(
        column_names::FECHA_OBJETIVO,
        ColumnType::Date,
        "Cierre del registro, como se conocía al corte",
        "Close of registration, as it was known at the corte",
    ),
    column_meaning(
        column_names::METODO,
        ColumnType::Text,
        "Método de proyección; elegido: lo que se publicó en cada corte",
        "Method of projection; elegido: what is published at each corte",
    ),
    column_meaning(
        column_names::INFERIOR_90,
        ColumnType::Int64,
        "5 % de probabilidad de que sean menos",
        "5 % chance of fewer",
    ),
    column_meaning(
        column_names::INFERIOR_50,
        ColumnType::Int64,
        "25 % de probabilidad de que sean menos",
        "25 % chance of fewer",
    ),
    column_meaning(
        column_names::MEDIANA,
        ColumnType::Int64,
        "Es tan probable que sean más como que sean menos",
        "As likely more as fewer",
    ),
    column_meaning(
        column_names::SUPERIOR_50,
        ColumnType::Int64,
        "25 % de probabilidad de que sean más",
        "25 % chance of more",
    ),
    column_meaning(
        column_names::SUPERIOR_90,
        ColumnType::Int64,
        "5 % de probabilidad de que sean más",
        "5 % chance of more",
    ),
    column_meaning(
        column_names::REFERENCIA,
        ColumnType::Text,
        "Proceso anterior, por su identificador",
        "Earlier process, by its id",
    ),
    column_meaning(
        column_names::TITULO,
        ColumnType::Text,
        "Nombre del proceso; en metas, de la meta",
        "Name of the process, in Spanish; in metas, of the goal",
    ),
    column_meaning(
        column_names::PORCENTAJE_ALCANZADO,
        ColumnType::Float64,
        "Porcentaje de su total que el proceso anterior tenía a la misma distancia de su cierre, dos decimales",
        "Share of its total that the earlier process had at the same distance to its close, per cent, two decimals",
    ),
    column_meaning(
        column_names::CORTE_EVALUADO,
        ColumnType::Date,
        "Corte de la proyección que se compara con el resultado",
        "Corte of the projection that is compared with the outcome",
    ),
    column_meaning(
        column_names::RESULTADO,
        ColumnType::Int64,
        "Solicitudes que hubo al cierre",
        "Applications that there were at the close",
    ),
    column_meaning(
        column_names::ERROR_PORCENTUAL,
        ColumnType::Float64,
        "Mediana menos resultado, en porcentaje del resultado, dos decimales; positivo: se esperaban de más; vacío si no \
         hubo solicitudes",
        "Median less outcome, in per cent of the outcome, two decimals; positive: too many were expected; empty where \
         there were no applications",
    ),
    column_meaning(
        column_names::CUANTIL,
        ColumnType::Float64,
        "Probabilidad de que el resultado no sea mayor que valor",
        "Probability that the outcome is not larger than valor",
    ),
    column_meaning(
        column_names::HORIZONTE_DIAS,
        ColumnType::Int64,
        "Días del corte evaluado al cierre que entonces se conocía",
        "Days from the corte that is evaluated to the close that was known then",
    ),
    column_meaning(
        column_names::MASE,
        ColumnType::Float64,
        "Error absoluto de la mediana entre el paso medio diario de la curva conocida, cuatro decimales",
        "Absolute error of the median over the mean daily step of the known course, four decimals",
    ),
    column_meaning(
        column_names::WIS,
        ColumnType::Float64,
        "Puntaje de intervalo ponderado (mediana, 50 % y 90 %), en solicitudes, dos decimales; menor es mejor",
        "Weighted interval score (median, 50 % and 90 %), in applications, two decimals; smaller is better",
    ),
    column_meaning(
        column_names::COBERTURA_50,
        ColumnType::Float64,
        "Proporción, de 0 a 1, de resultados dentro del intervalo de 50 %",
        "Share, 0 to 1, of outcomes inside the 50 % interval",
    ),
    column_meaning(
        column_names::COBERTURA_90,
        ColumnType::Float64,
        "Proporción, de 0 a 1, de resultados dentro del intervalo de 90 %",
        "Share, 0 to 1, of outcomes inside the 90 % interval",
    ),
    column_meaning(column_names::N, ColumnType::Int64, "Resultados evaluados", "Outcomes that were evaluated"),
    column_meaning(
        column_names::PAQUETES_INFERIOR_90,
        ColumnType::Int64,
        "Paquetes electorales postales: 5 % de probabilidad de que sean menos",
        "Postal packages: 5 % chance of fewer",
    ),
    column_meaning(
        column_names::PAQUETES_MEDIANA,
        ColumnType::Int64,
        "Paquetes electorales postales, mediana",
        "Postal packages, median",
    ),
    column_meaning(
        column_names::PAQUETES_SUPERIOR_90,
        ColumnType::Int64,
        "Paquetes electorales postales: 5 % de probabilidad de que sean más",
        "Postal packages: 5 % chance of more",
    ),
    column_meaning(
        column_names::TIRAJE,
        ColumnType::Int64,
        "Paquetes por imprimir: parte del país en el tiraje de la entidad, que alcanza con la probabilidad del archivo del proceso",
        "Packages to print: the country's part of the entity's print run, which is enough with the process file's chance",
    ),
    column_meaning(
        column_names::MONEDA,
        ColumnType::Text,
        "Moneda de los costos, ISO 4217",
        "Currency of the costs, ISO 4217",
    ),
    column_meaning(
        column_names::COSTO_MEDIANA,
        ColumnType::Float64,
        "Costo de paquetes_mediana según la tarifa, dos decimales",
        "Cost of paquetes_mediana by the tariff, two decimals",
    ),
    column_meaning(
        column_names::COSTO_SUPERIOR_90,
        ColumnType::Float64,
        "Costo de paquetes_superior_90 según la tarifa, dos decimales",
        "Cost of paquetes_superior_90 by the tariff, two decimals",
    ),
    column_meaning(
        column_names::COSTO_TIRAJE,
        ColumnType::Float64,
        "Costo de tiraje según la tarifa, dos decimales",
        "Cost of tiraje by the tariff, two decimals",
    ),
    column_meaning(
        column_names::ELECTORES_INFERIOR_90,
        ColumnType::Int64,
        "Electores del voto por Internet (SIVEI): 5 % de probabilidad de que sean menos",
        "Voters by Internet (SIVEI): 5 % chance of fewer",
    ),
    column_meaning(
        column_names::ELECTORES_MEDIANA,
        ColumnType::Int64,
        "Electores del voto por Internet (SIVEI), mediana",
        "Voters by Internet (SIVEI), median",
    ),
    column_meaning(
        column_names::ELECTORES_SUPERIOR_90,
        ColumnType::Int64,
        "Electores del voto por Internet (SIVEI): 5 % de probabilidad de que sean más",
        "Voters by Internet (SIVEI): 5 % chance of more",
    ),
    column_meaning(
        column_names::PROCESO,
        ColumnType::Text,
        "Proceso, por su identificador: este o uno anterior",
        "Process, by its id: this one or an earlier one",
    ),
    column_meaning(
        column_names::DIAS_AL_CIERRE,
        ColumnType::Int64,
        "Días que faltan para el cierre del registro del proceso de la fila; 0 en el cierre y después",
        "Days to the close of registration of the row's process; 0 at the close and after it",
    ),
    column_meaning(
        column_names::PORCENTAJE_DEL_CIERRE,
        ColumnType::Float64,
        "Porcentaje de las solicitudes que ese proceso tuvo en su cierre, dos decimales; vacío si el registro no ha \
         cerrado o no hubo solicitudes",
        "Share of the applications that the process had at its close, per cent, two decimals; empty where registration \
         has not closed or there were no applications",
    ),
    column_meaning(
        column_names::INTERPOLADA,
        ColumnType::Boolean,
        "Si la cifra se interpoló entre dos que da la fuente, en el logaritmo de los días al cierre más 7; donde la \
         fuente no da ni una ni dos, no hay fila",
        "Whether the figure was interpolated between two that the source gives, in the logarithm of the days to the close \
         plus 7; where the source gives neither one nor two, there is no row",
    ),
    column_meaning(
        column_names::LISTA_ACUMULADA,
        ColumnType::Int64,
        "Solicitudes procedentes a esa fecha: las de este proceso, o las del anterior si son las que su fuente cuenta; \
         vacío si no se conocen",
        "Applications accepted at that time: those of this process, or those of the earlier one if its source counts \
         them; empty where they are not known",
    ),
    column_meaning(
        column_names::QUE_CUENTA,
        ColumnType::Text,
        "Qué se cuenta; las cifras de procesos anteriores abarcan todas las entidades que tuvieron, y las de recibidas y \
         procedentes no deben mezclarse",
        "What is counted; figures of earlier processes cover all states that they had, and those received and those \
         accepted are never to be mixed",
    ),
    column_meaning(
        column_names::META,
        ColumnType::Int64,
        "Meta de solicitudes al cierre; la de todas las entidades no es una suma",
        "Goal of applications at the close; that of all states is no sum",
    ),
    column_meaning(
        column_names::DENOMINADOR,
        ColumnType::Text,
        "Denominador, por su nombre en el archivo del proceso",
        "Denominator, by its name in the process file",
    ),
    column_meaning(
        column_names::CONCEPTO,
        ColumnType::Text,
        "Qué cuenta la fuente del denominador",
        "What the source of the denominator counts, in Spanish",
    ),
    column_meaning(
        column_names::UNIDAD,
        ColumnType::Text,
        "Unidad de valor y de por: la tasa es por cada tantas de estas",
        "Unit of valor and por, in Spanish: the rate is per so many of these",
    ),
    column_meaning(
        column_names::AMBITO,
        ColumnType::Text,
        "De qué es la cifra dentro de la entidad: entidad (toda), pais o representacion",
        "What the figure is of within the state: entidad (all of it), pais (country) or representacion (office)",
    ),
    column_meaning(
        column_names::NOMBRE,
        ColumnType::Text,
        "Nombre de la entidad, el país o la representación de clave",
        "Name of the state, the country or the office of clave",
    ),
    column_meaning(
        column_names::NUMERADOR,
        ColumnType::Int64,
        "Lo que dice que_cuenta, desde el inicio del proceso hasta el corte",
        "What que_cuenta says, from the start of the process to the corte",
    ),
    column_meaning(
        column_names::VALOR,
        ColumnType::Int64,
        "Cifra de la fuente entre la que se divide; en proyeccion_cuantiles, el cuantil",
        "Figure of the source that is the divisor; in proyeccion_cuantiles, the quantile",
    ),
    column_meaning(
        column_names::POR,
        ColumnType::Int64,
        "Por cuántas de las que cuenta la fuente se da la tasa",
        "Per how many of those that the source counts the rate is given",
    ),
    column_meaning(
        column_names::TASA,
        ColumnType::Float64,
        "numerador entre valor por cada tantas como dice por, dos decimales",
        "numerador by valor per so many as por says, two decimals",
    ),
    column_meaning(
        column_names::FECHA_FUENTE,
        ColumnType::Date,
        "Día hasta el que cuenta la fuente",
        "Day up to which the source counts",
    ),
    column_meaning(
        column_names::REVISION,
        ColumnType::Int64,
        "Revisión del corte de la que se tomó la cifra: la vigente cuando se hizo público este archivo",
        "Revision of the corte that the figure is from: the current one when this file was made public",
    ),
    column_meaning(
        column_names::ETIQUETA,
        ColumnType::Text,
        "Nombre en español de las claves de la fila, sin la entidad; Total: sin desagregar",
        "Spanish name of the codes of the row, without the entity; Total: not broken down",
    ),
    column_meaning(
        column_names::CIFRA,
        ColumnType::Int64,
        "Conteo acumulado hasta el corte; vacío si está protegido",
        "Count accumulated up to the corte; empty where it is protected",
    ),
    column_meaning(
        "nacional",
        ColumnType::Int64,
        "Suma de todas las entidades del proceso; vacía si está protegida",
        "Sum of all states of the process; empty where it is protected",
    ),
    column_meaning(
        column_names::PROTEGIDA,
        ColumnType::Boolean,
        "true: un número de la fila se oculta (vacío) para que nadie pueda ser identificado. Vacío no es cero",
        "true: a number of the row is hidden (empty) so that nobody can be identified. Empty is not zero",
    ),
];

/// The code for an unidentified value in a column of codes. It is `XXX` for countries,
/// `no_identificada` for offices and their kinds, and `NO_IDENTIFICADO` for every category,
/// declared ones included.
#[must_use]
pub fn unidentified_code(column: &str) -> &'static str {
    match column {
        column_names::CVE_PAIS => CountryId::UNKNOWN_CODE,
        column_names::CVE_REPRESENTACION | column_names::TIPO_REPRESENTACION => OfficeId::UNKNOWN_CODE,
        _ => UNIDENTIFIED_CODE,
    }
}

/// Whether a code of a column means an unidentified value. Such a value is counted and drawn last,
/// and it does not count as a country, office or category.
#[must_use]
pub fn is_unidentified(column: &str, code: &str) -> bool {
    code == unidentified_code(column)
}

/// The columns of the tables of one process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    declared_meanings: Vec<ColumnMeaning>,
}

impl Dictionary {
    /// The columns of a process: those of every process, and its declared dimensions.
    #[must_use]
    pub fn of_process(process: &Process) -> Self {
        let meaning = |definition: &DimensionDefinition| ColumnMeaning {
            name: definition.dimension.column_name(),
            column_type: ColumnType::Text,
            es: format!("{}, código de la lista del proceso", definition.label).into(),
            en: format!("{}, a code of the process's list", definition.label_en).into(),
        };
        Self { declared_meanings: process.declared_dimensions().iter().map(meaning).collect() }
    }

    /// The meaning of a column.
    #[must_use]
    pub fn meaning(&self, name: &str) -> Option<&ColumnMeaning> {
        COLUMN_MEANINGS.iter().chain(&self.declared_meanings).find(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_unit_and_nothing_else_has() {
        for column in COLUMN_MEANINGS {
            let is_number = matches!(column.column_type, ColumnType::Int64 | ColumnType::Float64);
            assert_eq!(column.unit().is_some(), is_number, "{}", column.name);
        }
    }

    #[test]
    fn each_column_has_one_code_for_what_is_not_identified() {
        for (column, code) in [
            ("cve_pais", "XXX"),
            ("cve_representacion", "no_identificada"),
            ("tipo_representacion", "no_identificada"),
            ("sexo", "NO_IDENTIFICADO"),
            ("estatus", "NO_IDENTIFICADO"),
            ("grupo_edad", "NO_IDENTIFICADO"),
        ] {
            assert_eq!(unidentified_code(column), code);
            assert!(is_unidentified(column, code) && !is_unidentified(column, "USA"), "{column}");
        }
        // A code means an unidentified value only in its own column.
        assert!(!is_unidentified("sexo", "XXX") && !is_unidentified("cve_pais", "NO_IDENTIFICADO"));
    }
}
