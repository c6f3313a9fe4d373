/* The types that the modules share: the data of `datos.js` and the state. Only `tsc` reads them. */

type Pair = [code: string, label: string];

interface Sparse {
  dimensiones: string[];
  tamanos: number[];
  celdas: number;
  total: number;
  datos: string;
}

interface Milestone {
  fecha: string;
  tipo: string;
  etiqueta: string;
  etiqueta_en?: string;
}

interface PublicTable {
  columnas: string[];
  filas: (string | number | boolean | null)[][];
}

interface Data {
  formato: number;
  version: string;
  audiencia: 'opl' | 'publico';
  proceso: string;
  titulo: string;
  fuente: string;
  /** A statement about the counts that must be visible, such as that they are synthetic. */
  aviso?: string;
  hasta: string;
  inicio: string;
  cierre: string;
  eleccion: string;
  quincenas: string[];
  hitos: Milestone[];
  /** By list, the number of categories in its short form. */
  mostrar?: Record<string, number>;
  aceptados: string[];
  rechazados: string[];
  /**
   * By dimension, the code of unidentified values. They are counted, but are no country, office or
   * category.
   */
  no_identificado: Record<string, string>;
  /** The only entity whose rows the data have. */
  entidad?: string;
  entidades: Pair[];
  /** With an only entity, the tables that all recipients share. */
  compartidas?: Record<string, PublicTable>;
  /** The categories of each dimension, by its column, in the order of the cube. */
  categorias: Record<string, Pair[]>;
  /** The names of the dimensions that the process file declares. */
  dimensiones?: { clave: string; etiqueta: string; etiqueta_en: string }[];
  paises: Pair[];
  solicitudes: Sparse;
  credenciales: {
    desde: string;
    entidades: Pair[];
    representaciones: [code: string, label: string, kind: string, country: string][];
    acumuladas: Sparse;
    diarias: Sparse;
    /**
     * Entity, office, applied for, delivered, confirmed, and the median and the 90th percentile of
     * the days to delivery. An empty code stands for all.
     */
    cohorte?: [
      entity: string,
      office: string,
      applied: number,
      delivered: number,
      confirmed: number,
      median: number | null,
      ninetieth: number | null,
    ][];
  };
  /** Longitude and latitude in hundredths of a degree, by code. */
  coordenadas?: { pais: Record<string, number[]>; representacion: Record<string, number[]> };
  /** The tables of the newest corte. */
  corte?: {
    dia: string;
    tablas: Record<string, PublicTable>;
    estatus?: { cortes: string[]; estatus: string[]; solicitudes: Sparse };
  };
  /** `reunidos` has, by dimension, the codes of merged groups. */
  publico?: { minimo: number; oculta: string; reunidos: Record<string, string[]>; tablas: Record<string, PublicTable> };
}

interface Columns {
  count: number;
  columns: (Uint8Array | Uint16Array)[];
  counts: Uint32Array;
}

interface Chosen {
  entity: number;
  from: number;
  to: number;
  chosen: Record<string, Set<number>>;
}

interface Answer {
  total: number;
  byDay: Float64Array;
  byEntityDay: Float64Array;
  by: Record<string, Float64Array>;
}

interface State {
  entity: string;
  filters: Record<string, string[]>;
  from: string;
  to: string;
  shares: boolean;
  language: 'es' | 'en';
  sort: string;
  open: string[];
}

interface BarRow {
  key: string;
  label: string;
  /** The language of a label that stays in Spanish. */
  lang?: string | null;
  value: number | null;
  pressed?: boolean;
}

/** The texts around a chart in a file, and the size of the picture with one line of each. */
interface Words {
  notice: string;
  title: string;
  subtitle: string;
  foot: string;
  /** The parts of the file name that describe the dates and filters. */
  marks: string[];
  width: number;
  height: number;
}

declare const DATOS: Data;
declare module 'echarts/*';
declare module 'topojson-client';
declare module '*/land-110m.json' {
  const land: any;
  export default land;
}
