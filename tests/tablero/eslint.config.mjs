// Classic scripts that see each other's names, and nothing that a content security policy would have to allow.
const names = [
  'TEXTOS_ES',
  'TEXTOS_EN',
  'DATOS',
  'echarts',
  'Format',
  'Cube',
  'State',
  'Dom',
  'Download',
  'Frame',
  'Charts',
  'Tables',
  'Exact',
  'Figures',
  'CurveView',
  'EntityView',
  'CredentialView',
  'ExactView',
  'PublicView',
];
const browser = ['window', 'document', 'URL', 'URLSearchParams', 'Blob', 'atob', 'getComputedStyle', 'Intl'];
const readonly = Object.fromEntries([...names, ...browser].map((name) => [name, 'readonly']));

export default [
  {
    files: ['**/tablero/js/*.js'],
    languageOptions: { sourceType: 'script', ecmaVersion: 2023, globals: readonly },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      strict: ['error', 'global'],
      'no-undef': 'error',
      'no-unused-vars': ['error', { varsIgnorePattern: `^(${names.join('|')})$` }],
      'prefer-const': 'error',
      'no-var': 'error',
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-redeclare': ['error', { builtinGlobals: false }],
      curly: ['error', 'multi-line'],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML' },
        { property: 'outerHTML' },
        { property: 'insertAdjacentHTML' },
        { object: 'document', property: 'write' },
      ],
      'no-restricted-globals': ['error', 'fetch', 'XMLHttpRequest', 'localStorage', 'sessionStorage', 'indexedDB'],
    },
  },
];
