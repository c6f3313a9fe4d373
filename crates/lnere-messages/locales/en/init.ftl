L800-file-exists = { $path } exists already; name another file with --into
L801-process-file-name = { $path } is no name of a process file; expected one like mi_proceso.toml
L802-same-source = both exports look like exports of { $source }; name one of each source
L803-temporary-folder = cannot write the built-in configuration to a temporary folder
L804-export-absent = cannot survey { $export }: there is no such file; nothing is written
L805-no-day-in-name = not checked: the name of an export has no day; rename it, for example to solicitudes_20210315.csv, and run `lnere check`
L806-different-folders = not checked: the exports are in different folders; put them into one, and run `lnere check`
init-cannot-survey = cannot survey { $export }; nothing is written
init-companions-not-written = cannot write the catalogues and charts beside { $path }
init-reading = reading { $export }

# Questions, and what an answer may be
init-ask-source = is { $name } an export of 1 solicitudes or 2 credenciales?
init-expected-source = expected 1 or 2
init-ask-header = { $source }: header of the column `{ $column }`
init-no-header = none
init-expected-header = expected one of: { $headers }
init-ask-first-day = first day of registration
init-ask-last-day = last day of registration
init-ask-election-day = election day
init-expected-day = expected a date of the form YYYY-MM-DD
init-ask-title = title of the process
init-expected-title = expected a title
init-ask-code = { $column }: code of `{ $label }` ({ $records ->
        [one] { $records } record
       *[other] { $records } records
    }); a new code, or that of another category
init-expected-code = expected a code such as POSTAL

# The table of the columns, and what was written
init-export = { $source }: { $name }, { $records ->
        [one] { $records } record
       *[other] { $records } records
    }
init-column = column
init-header-found = header found
init-confidence = confidence
init-confidence-exact = exact name
init-confidence-synonym = synonym
init-confidence-chosen = chosen
init-confidence-similar = similar name, review
init-confidence-content = content alone, review
init-confidence-name = name alone, review
init-confidence-not-found = not found, review
init-written = written: { $path }
init-companions = and what it names: { $files }
init-marks = { $marks ->
        [one] { $marks } mark `{ $mark }` to look at, on line { $lines }
       *[other] { $marks } marks `{ $mark }` to look at, on lines { $lines }
    }
init-done = the process file is written
