/** The parts of ECharts that the dashboard uses. The bundle has no other part of the library. */
import { init, registerMap, use } from 'echarts/core';
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  BrushComponent,
  GeoComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import { land } from './land.js';

use([
  BarChart,
  LineChart,
  ScatterChart,
  BrushComponent,
  GeoComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  LabelLayout,
  // Charts on the screen are SVG. A PNG file comes from a canvas.
  CanvasRenderer,
  SVGRenderer,
]);

/** The name of the map of all land. It has no borders: the shape of a country is no statement. */
export const LAND = 'tierra';
registerMap(LAND, land());

export { init };
