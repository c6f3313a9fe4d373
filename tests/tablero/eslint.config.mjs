// Modules declare everything that they share. They contain nothing that the content security policy
// would have to allow.
const browser = ['window', 'document', 'URL', 'URLSearchParams', 'Blob', 'atob', 'getComputedStyle', 'Intl'];
// The data file is a classic script, so DATOS is the only name that the modules do not import.
const readonly = Object.fromEntries(['DATOS', ...browser].map((name) => [name, 'readonly']));

export default [
  {
    files: ['**/tablero/js/*.js'],
    languageOptions: { sourceType: 'module', ecmaVersion: 2023, globals: readonly },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      'no-import-assign': 'error',
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
      'no-restricted-syntax': ['error', { selector: 'ImportExpression', message: 'A page from a disk can load no module.' }],
    },
  },
];
