/*!
Defines constants for the names of all columns of published tables, so that a misspelt name does not
compile.

The dictionary of `lnere-tables` gives the meaning of each; `docs/tables.md` lists them.
*/
#![allow(missing_docs, reason = "the dictionary documents each column")]

macro_rules! columns {
    ($($name:ident = $text:literal;)+) => {
        $(pub const $name: &str = $text;)+

        /// All of them.
        pub const ALL: &[&str] = &[$($text),+];
    };
}

columns! {
    ACTUAL = "actual";
    AMBITO = "ambito";
    ANTERIOR = "anterior";
    ARCHIVO = "archivo";
    CAMBIO = "cambio";
    CIFRA = "cifra";
    CLAVE = "clave";
    COBERTURA_50 = "cobertura_50";
    COBERTURA_90 = "cobertura_90";
    CONCEPTO = "concepto";
    CONFIRMADAS = "confirmadas";
    CONFIRMADAS_ACUMULADAS = "confirmadas_acumuladas";
    CONFIRMADAS_QUINCENA = "confirmadas_quincena";
    CORTE = "corte";
    CORTE_ANTERIOR = "corte_anterior";
    CORTE_EVALUADO = "corte_evaluado";
    COSTO_MEDIANA = "costo_mediana";
    COSTO_SUPERIOR_90 = "costo_superior_90";
    COSTO_TIRAJE = "costo_tiraje";
    CUANTIL = "cuantil";
    CVE_ENTIDAD = "cve_entidad";
    CVE_PAIS = "cve_pais";
    CVE_REPRESENTACION = "cve_representacion";
    DENOMINADOR = "denominador";
    DIAS = "dias";
    DIAS_AL_CIERRE = "dias_al_cierre";
    DIAS_MEDIANA = "dias_mediana";
    DIAS_P90 = "dias_p90";
    ELECTORES_INFERIOR_90 = "electores_inferior_90";
    ELECTORES_MEDIANA = "electores_mediana";
    ELECTORES_SUPERIOR_90 = "electores_superior_90";
    ENTIDAD = "entidad";
    ENTREGADAS = "entregadas";
    ENTREGADAS_ACUMULADAS = "entregadas_acumuladas";
    ENTREGADAS_QUINCENA = "entregadas_quincena";
    EN_CAMINO = "en_camino";
    ERROR_PORCENTUAL = "error_porcentual";
    ESTATUS = "estatus";
    ES_FUENTE = "es_fuente";
    ETIQUETA = "etiqueta";
    FECHA = "fecha";
    FECHA_EXPORTACION = "fecha_exportacion";
    FECHA_FUENTE = "fecha_fuente";
    FECHA_OBJETIVO = "fecha_objetivo";
    FILAS = "filas";
    FUENTE = "fuente";
    HORIZONTE_DIAS = "horizonte_dias";
    INFERIOR_50 = "inferior_50";
    INFERIOR_90 = "inferior_90";
    INTERPOLADA = "interpolada";
    LISTA_ACUMULADA = "lista_acumulada";
    MASE = "mase";
    MEDIANA = "mediana";
    MEDIDA = "medida";
    MEDIO = "medio";
    META = "meta";
    METODO = "metodo";
    MODALIDAD = "modalidad";
    MONEDA = "moneda";
    N = "n";
    NIVEL = "nivel";
    NOMBRE = "nombre";
    NUMERADOR = "numerador";
    PAIS = "pais";
    PAQUETES_INFERIOR_90 = "paquetes_inferior_90";
    PAQUETES_MEDIANA = "paquetes_mediana";
    PAQUETES_SUPERIOR_90 = "paquetes_superior_90";
    POR = "por";
    PORCENTAJE = "porcentaje";
    PORCENTAJE_ALCANZADO = "porcentaje_alcanzado";
    PORCENTAJE_DEL_CIERRE = "porcentaje_del_cierre";
    PROCESO = "proceso";
    PROTEGIDA = "protegida";
    QUE_CUENTA = "que_cuenta";
    QUINCENA = "quincena";
    REFERENCIA = "referencia";
    REGLA = "regla";
    REPRESENTACION = "representacion";
    RESULTADO = "resultado";
    REVISION = "revision";
    SEXO = "sexo";
    SOLICITUDES = "solicitudes";
    SOLICITUDES_ACUMULADAS = "solicitudes_acumuladas";
    SOLICITUDES_QUINCENA = "solicitudes_quincena";
    SUPERIOR_50 = "superior_50";
    SUPERIOR_90 = "superior_90";
    TABLA = "tabla";
    TASA = "tasa";
    TIPO_CREDENCIAL = "tipo_credencial";
    TIPO_REPRESENTACION = "tipo_representacion";
    TIRAJE = "tiraje";
    TITULO = "titulo";
    TRAMITADAS = "tramitadas";
    TRAMITADAS_ACUMULADAS = "tramitadas_acumuladas";
    TRAMITADAS_QUINCENA = "tramitadas_quincena";
    UNIDAD = "unidad";
    UNIVERSO = "universo";
    VALOR = "valor";
    WIS = "wis";
}
