/** The parts of ECharts that the dashboard uses. The bundle has no other part of the library. */
import { init, use } from 'echarts/core';
import { BarChart, LineChart } from 'echarts/charts';
import {
  BrushComponent,
  GridComponent,
  LegendPlainComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  LineChart,
  BrushComponent,
  GridComponent,
  LegendPlainComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  // Charts on the screen are SVG. A PNG file comes from a canvas.
  CanvasRenderer,
  SVGRenderer,
]);

export { init };
