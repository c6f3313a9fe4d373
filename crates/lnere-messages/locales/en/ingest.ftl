# Faults for which an export is refused

L200-cut-or-damaged = cannot be read to its end: { $error }; copy it again
L200-unreadable-zip = is no readable ZIP: { $error }; copy it again
L200-unreadable-parquet = is no readable Parquet file: { $error }
L200-unreadable-workbook = is no readable Excel workbook: { $error }; save it again as .xlsx, or export it as CSV
L200-unrecognised = is neither text nor { $named }, which its name says; copy it again
ingest-parts-contradict = its parts contradict each other
ingest-ends-before-its-parts = it ends before its parts do
ingest-value-too-long = a value is longer than any may be
ingest-bytes-follow-compressed-data = bytes follow its compressed data
ingest-zip-holds-more-bytes = the ZIP holds more bytes of it than its directory says
ingest-zip-holds-fewer-bytes = the ZIP holds fewer bytes of it than its directory says
ingest-zip-checksum-differs = its checksum is not the one in the ZIP
ingest-workbook-password = it has a password
ingest-workbook-part-missing = a part of it is missing
ingest-workbook-no-cells = the sheet holds no cells
ingest-workbook-unknown-error-value = a cell holds an error of Excel that is not known here
ingest-workbook-xml-damaged = its XML is damaged
ingest-workbook-no-sheet = it has no sheet
L201-permission-denied = cannot be opened: { $error }; let the user that runs lnere read it
L202-no-temporary-space = cannot be unpacked in { $folder }: { $error }; free space there, or set TMPDIR to another folder
L203-unclosed-quote = line { $line }: a quote is opened and never closed; mend the export or export it again, or set `quotes = false` in [exports.{ $section }] of the process file if the export quotes nothing
L203-record-too-long = line { $line }: a record of over 1 MiB or 1,000 lines begins here; a quote is probably not closed: mend the export, or set `quotes = false` in [exports.{ $section }] of the process file if the export quotes nothing
L203-header-holds-records = { $swallowed }; mend the export, or set `quotes = false` in [exports.{ $section }] of the process file if the export quotes nothing
ingest-swallowed =
    { $between ->
        [0] a quote opened on line { $line } closes on line { $last_line }, and both lines look like records
        [one] a quote opened on line { $line } closes on line { $last_line }, and a line between looks like a record
       *[other] a quote opened on line { $line } closes on line { $last_line }, and { $between } lines between look like records
    }
ingest-swallowed-elsewhere =
    { $more ->
        [one] { $swallowed } (so it is in { $more } more place)
       *[other] { $swallowed } (so it is in { $more } more places)
    }
ingest-does-not-fit-in-memory = does not fit in memory, and { $error }
L204-spill-no-space = { $path } cannot be written or read: { $error }; free space there, or raise limits.memory_mib
L204-spill-in-the-way = { $path } cannot be written or read: { $error }; remove it
L204-spill-unusable = { $path } cannot be written or read: { $error }; check its permissions and its disk
ingest-disk-content-differs = the disk has another content than was written
L205-out-of-memory = cannot be read: there is no memory left; give the run more (`MemoryMax=` of its unit)
L205-too-many-for-memory = has more records than fit in memory: about { $fit } fit beside the other exports in the { $available_mib } MiB that are available, since { $set_by }. Give the run more memory (`limits.memory_mib`, `MemoryMax=` of its unit); where it is no full export, ask the system for one
L206-still-changing = is still being written to; it is left for the next run
L207-too-large = has over { $limit_mib } MiB once it is decompressed, more than limits.uncompressed_mib allows; is it an export?
L207-too-many-records = has over { $limit } records, more than limits.records allows; is it an export?
L207-too-many-blank-lines = has over { $limit_mib } MiB of empty lines; is it an export? Ask the system for a full export
L207-workbook-part = its part { $part } takes over { $limit_mib } MiB once it is decompressed; export it as CSV
L208-empty = is empty; ask the system for a full export
L208-no-records = has a header and no record; ask the system for a full export
L209-utf16-unmarked = looks like UTF-16 without a byte-order mark; set `encoding = "utf-16"` in [exports.{ $section }] of the process file
L209-utf32 = is UTF-32; export it as UTF-8, UTF-16 or Windows-1252
L209-no-utf16 = is no UTF-16, which `encoding` in [exports.{ $section }] of the process file says; take that line out, or set `encoding = "utf-8"` or `"windows-1252"`
L210-columns-missing =
    { $count ->
        [one] column { $columns } not found among its { $found }: { $names }; if the system renamed it, write in the process file: { $entries }
       *[other] columns { $columns } not found among its { $found }: { $names }; if the system renamed them, write in the process file: { $entries }
    }
L210-columns-missing-not-shown =
    { $count ->
        [one] column { $columns } not found among its { $found }; its cells are not shown because they may be a record's; if the header is on another line, set `header_line`; if the system renamed it, write in the process file: { $entries }
       *[other] columns { $columns } not found among its { $found }; its cells are not shown because they may be a record's; if the header is on another line, set `header_line`; if the system renamed them, write in the process file: { $entries }
    }
ingest-on-line = line { $line }: { $text }
ingest-names-and-more = { $names } and { $more } more
ingest-and-so-on = { $entries } and so on
ingest-header-of-dimension = header = "{ $name }" of `{ $dimension }`
L211-column-twice = column { $column } is there twice; which one counts cannot be told. Where they have different names, keep one of them in [exports.{ $section }.columns] of the process file
L211-dimension-column-twice = column { $column } is there twice; which one counts cannot be told. Where they have different names, keep one of them in `header` of `{ $dimension }` in [[dimensions]] of the process file
L212-too-many-columns = line { $line }: { $columns } columns; this is not an export of the contract
L212-no-header-line = has no line { $line }, on which `header_line` of [exports.{ $section }] in the process file expects the header
L212-no-header = none of its first 20 lines looks like a header; `init` needs the names of the columns
L213-delimiter = line { $line }: its columns are separated by `{ $delimiter }`; set `delimiter = "{ $delimiter }"` in [exports.{ $section }] of the process file
L213-fixed-width = line { $line }: its columns are padded with blanks to a fixed width, and nothing separates them; export it with a delimiter, such as a comma
L213-carriage-returns = the lines of this file end in CR alone (old Mac); save it with LF or CRLF
L214-column-type = column { $column } has the type { $kind }; expected text, a number, a date or a timestamp
L214-int96 = column { $column } is an INT96 timestamp, which says no time zone; say it in the process file: `timestamps = "local"` (Mexico City) or `"utc"` in [exports.{ $section }]
L215-control-unreadable = control file: { $reason }
L215-control-missing = has no control file, which `require_control` in [exports.{ $section }] asks for; expected { $expected } beside it
L215-control-misnamed = the control file of { $export } is named { $expected }
L215-control-without-export = it is the control file of { $export }, which is not there
ingest-control-not-a-file = is a folder, a link or a device, not a file
ingest-control-no-text = is no text
ingest-control-not-toml = { $error }; expected `rows = N` and `sha256 = "…"`
ingest-control-without-values = it names neither `rows` nor `sha256`; expected `rows = N` and `sha256 = "…"`
L216-nested = holds { $inner } inside { $outer }; unpack it once, so that one packing is left
L216-zip-without-file = is a ZIP without a file; pack the export again
L216-zip-of-files = is a ZIP of { $files } files ({ $names }); pack each export alone
L216-zip-password = is a ZIP with a password; pack it again without one
L216-zip-method = is a ZIP compressed with { $method }; pack it again with Deflate, the method that every program has
L216-zstd-window = its Zstandard window is { $window_mib } MiB, and a window may take { $limit_mib } MiB of memory; compress it again with `zstd --long=27`, or without `--long`
L216-parquet-codec = is a Parquet file compressed with { $codec }; write it with ZSTD, Snappy, gzip, Brotli or LZ4
L217-old-excel = is an Excel workbook of the old format (.xls) or one with a password; save it as .xlsx without a password
L217-pdf = is a PDF document; ask the system for its data, as CSV or .xlsx
L217-html = is a web page (HTML), perhaps an error of the system or its sign-in page; download the export again
L217-xml = is XML; export it as CSV or .xlsx
L217-json = is JSON; export it as CSV or .xlsx
L217-encrypted-parquet = is an encrypted Parquet file; write it without encryption
L217-open-document = is an OpenDocument workbook (.ods); save it as .xlsx or export it as CSV
L217-binary-excel = is a binary Excel workbook (.xlsb); save it as .xlsx or export it as CSV
L217-office = is a document of Office and no workbook; ask the system for its data, as CSV or .xlsx
L217-archive = is packed with { $archive }, which is not read; unpack it, or compress it with gzip
L217-sqlite = is a SQLite database, which is not read; export it as CSV, .xlsx or Parquet
L217-data-file =
    { $format ->
        [Arrow] is an Arrow file (Feather), which is not read; export it as CSV, .xlsx or Parquet
       *[other] is an { $format } file, which is not read; export it as CSV, .xlsx or Parquet
    }
L217-picture = is a picture; ask the system for its data, as CSV or .xlsx
L218-sheet-elsewhere = its sheet `{ $read }` holds no header of an export, and `{ $found }` does: set `sheet = "{ $value }"` in [exports.{ $section }] of the process file
L218-sheet-missing = has no sheet `{ $sheet }`, which `sheet` in [exports.{ $section }] of the process file names; it has { $sheets }

# Warnings about an export that is accepted

L218-other-sheets = has { $count } sheets ({ $sheets }); `{ $read }` was read. To read another, set `sheet` in [exports.{ $section }]
L220-other-format = its name says { $named }, but it is { $found } and was read as that; rename it
ingest-format-csv = plain text
ingest-format-csv-gz = text in gzip
ingest-format-csv-zst = text in Zstandard
ingest-format-zip = a ZIP
ingest-format-xlsx = an Excel workbook
ingest-format-parquet = a Parquet file
ingest-format-parquet-folder = a folder of Parquet files
ingest-format-unnamed = an export
L221-several-parts = consists of { $parts } { $compression } parts, and would look whole if later parts were missing; a control file { $control } with `rows = N` would tell
L221-last-record-cut = line { $line }: the last record is not whole and has no line end, so the file is probably cut off here; copy it again, or ask the system for it again. A control file { $control } with `rows = N` would tell
L221-part-numbers-missing =
    { $parts ->
        [one] is a folder of { $parts } part, whose number passes over { $numbers }: if a part is missing, copy the folder again; a control file { $control } with `rows = N` would tell
       *[other] is a folder of { $parts } parts, whose numbers pass over { $numbers }: if a part is missing, copy the folder again; a control file { $control } with `rows = N` would tell
    }
L221-folder-not-marked-complete = is a folder of { $parts } parts without `_SUCCESS`, and would look whole if one were missing; a control file { $control } with `rows = N` would tell
L222-formulas-without-result =
    { $cells ->
        [one] column { $column }: { $cells } cell holds a formula without a stored result, so its value cannot be known, and the records are rejected; open and save the workbook in Excel or LibreOffice, or export CSV
       *[other] column { $column }: { $cells } cells hold formulas without a stored result, so their values cannot be known, and the records are rejected; open and save the workbook in Excel or LibreOffice, or export CSV
    }
L223-rounded-numbers =
    { $cells ->
        [one] column { $column }: { $cells } number has more digits than a number holds, so the last ones were rounded; export the column as text
       *[other] column { $column }: { $cells } numbers have more digits than a number holds, so the last ones were rounded; export the column as text
    }

# Findings of the plausibility rules. A release contains those without a code, in Spanish.

ingest-max-rejected = { $records } of { $total } records rejected ({ $share }, limit { $limit })
ingest-max-rejected-with-earlier = { $records } of { $total } records rejected ({ $share }, limit { $limit }; in { $before } { $earlier })
ingest-max-unidentified = column { $column }: { $records } of { $total } accepted records are not identified ({ $share }, limit { $limit })
ingest-max-unidentified-with-earlier = column { $column }: { $records } of { $total } accepted records are not identified ({ $share }, limit { $limit }; in { $before } { $earlier })
ingest-max-shrink = { $records } accepted records, { $total } in { $before } ({ $share } fewer, limit { $limit })
ingest-max-shrink-of-entity = entity { $entity }: { $records } accepted records, { $total } in { $before } ({ $share } fewer, limit { $limit })
ingest-max-shrink-newer = { $total } accepted records, { $records } in { $newer }, which is newer ({ $share } fewer, limit { $limit })
ingest-max-shrink-newer-of-entity = entity { $entity }: { $total } accepted records, { $records } in { $newer }, which is newer ({ $share } fewer, limit { $limit })
ingest-min-kept = { $records } of the { $total } folios of { $before } are still in it ({ $share }, at least { $limit })
ingest-min-kept-newer = { $records } of its { $total } folios are in { $newer }, which is newer ({ $share }, at least { $limit })
ingest-max-changed = { $records } of the { $total } folios that it shares with { $other } differ in { $columns } ({ $share }, limit { $limit })
ingest-max-growth = { $records } accepted records, { $total } in { $before } ({ $times } times as many, limit { $limit })
ingest-same-file = its content is that of { $other }, an export of another day
ingest-stale = none of its dates is after the day that { $before } covers
ingest-swallowed-records = quoted cells hold lines that look like whole records
ingest-control-differs = it disagrees with its control file
ingest-spreadsheet-limit = { $records } records, as many as a spreadsheet holds at the most: rows may be cut off
ingest-earlier-export = the export before
L230-max-rejected = { $finding }. `lnere check` lists the records by file, line and rule
L231-max-unidentified = { $finding }. The source may have changed its codes or its encoding: `lnere check` lists the values; add them as aliases in [categories] or [[dimensions]] of the process file or in the catalogues
L231-max-unidentified-explained = { $finding }. { $explanation }
ingest-ages-out-of-bands = Most give an age below the first edge of `ages`, or one of 120 years or more: the column may hold another date, or the system writes a date where it knows none
L232-max-shrink = { $finding }. The export may be cut short: ask the system for it again
L233-min-kept = { $finding }. The folios may have lost their zeros or changed their form: export them as text
L234-max-changed = { $finding }. The source may have changed the meaning of its codes: compare the two exports
L235-max-growth = { $finding }. The export may hold records twice or of another process
L236-same-file = { $finding }. Copy the export of its own day under this name
L237-stale = { $finding }. The export may be an old one under a new name: ask the system for it again
L237-stale-for-days = { $finding }
L238-swallowed = { $finding }
ingest-swallowed-advice = { $swallowed }; mend the export, or set `quotes = false` in [exports.{ $section }] of the process file if the export quotes nothing, or `swallowed = false` in [thresholds] if the cells are meant
L239-control = { $finding }
ingest-control-rows =
    { $read ->
        [one] has { $read } record, its control file says { $expected }; copy it again or ask for both again
       *[other] has { $read } records, its control file says { $expected }; copy it again or ask for both again
    }
ingest-control-checksum = its SHA-256 is not the one of its control file; copy it again or ask for both again
L240-newer-was-released = { $finding }. A visible release was made from { $newer }, so this export was replaced or came late: copy the right one of its day, or accept it
L241-accepted = { $finding }. An operator accepted it: { $reason }
L241-published = { $finding }. A visible release was made from it, so it is not judged again
L242-over-limit-with-few-records = { $finding }. That is over the limit of { $rule }, which refuses from { $records } records on
L242-half-of-limit = { $finding }. Half of the limit of { $rule } or more is used up
L243-spreadsheet-limit = { $finding }

# Causes of rejected and unidentified records

ingest-rule-in-column = { $rule } in { $column }: { $records }
ingest-other-rules = others: { $records }
ingest-not-utf8 =
    { $records ->
        [one] { $records } record holds bytes that are not UTF-8: if the system writes Windows-1252, set `encoding = "windows-1252"` in [exports.{ $section }]
       *[other] { $records } records hold bytes that are not UTF-8: if the system writes Windows-1252, set `encoding = "windows-1252"` in [exports.{ $section }]
    }
ingest-formula-cells = cells of { $columns } hold a formula without a stored result: open and save the workbook in Excel or LibreOffice, or export CSV
ingest-field-count =
    { $records ->
        [one] fields: { $expected } expected, { $found } found in { $records } record
       *[other] fields: { $expected } expected, { $found } found in { $records } records
    }
ingest-delimiter-at-end =
    { $records ->
        [one] { $fields }, of which { $records } ends with a delimiter that the header does not have at its end; export the header with it, or the records without it
       *[other] { $fields }, of which { $records } end with a delimiter that the header does not have at its end; export the header with it, or the records without it
    }
ingest-date-empty =
    { $records ->
        [one] { $column } is empty in { $records } record
       *[other] { $column } is empty in { $records } records
    }
ingest-date-too-long =
    { $records ->
        [one] { $column } holds texts of over { $bytes } bytes, which are no dates, in { $records } record
       *[other] { $column } holds texts of over { $bytes } bytes, which are no dates, in { $records } records
    }
ingest-dates-of-column = the dates of { $column }
ingest-dates-of-birth = The dates of birth
ingest-dates-of-undeclared-form = { $dates } look like { $forms } (9 is a digit, A a letter): add their form to `date_formats` in [exports.{ $section }]
ingest-dates-of-no-day = { $dates } look like { $forms } (9 is a digit, A a letter): that is a declared form, and they are no days of the calendar in it; if month and day are the other way round, put that form into `date_formats` of [exports.{ $section }] in its place
ingest-dates-with-invalid-time = { $dates } look like { $forms } (9 is a digit, A a letter): the day is read, and what follows it is no time of day, or has a time zone after a day that is not `YYYY-MM-DD`; export them as `YYYY-MM-DD HH:MM:SS`
ingest-form-in-records =
    { $records ->
        [one] `{ $form }` in { $records } record
       *[other] `{ $form }` in { $records } records
    }
ingest-word-in-column =
    { $records ->
        [one] `{ $word }` stands in { $column } of { $records } record
       *[other] `{ $word }` stands in { $column } of { $records } records
    }
ingest-words-for-no-value = { $places }: set `empty = [{ $words }]` in [exports.{ $section }] if it means no value
ingest-cells-are-empty =
    { $cells ->
        [one] { $cells } is empty
       *[other] { $cells } are empty
    }
ingest-word-in-cells = `{ $word }` stands in { $cells }
ingest-values-missing = Of them { $places }: ask the system for an export with the values; what is empty is not identified
ingest-values-missing-with-words = Of them { $places }: set `empty = [{ $words }]` in [exports.{ $section }] if it means no value, and ask the system for an export with the values; what is empty is not identified

# Names and kinds of the files in the folder of exports

L250-name-not-utf8 = its name is not UTF-8; rename it
L250-unlike-pattern = an export of { $source } is named like { $pattern }
L250-unlike-pattern-in-case = an export of { $source } is named like { $pattern }; upper and lower case count before the extension
L250-unlike-default = an export of { $source } is named { $source }_YYYYMMDD and ends in one of: { $extensions }
L250-unlike-default-in-case = an export of { $source } is named { $source }_YYYYMMDD and ends in one of: { $extensions }; upper and lower case count before the extension
L250-no-date = its name has no date of the form YYYYMMDD
L250-no-day = its name has no day of the calendar where `{ $pattern }` expects it
L250-several-days = its name has several days that `{ $pattern }` may mean
L251-same-day = another export of the same source covers the same day; keep one of them
L252-name-of-both-sources = its name is one of both sources, { $patterns }; make `files` in [exports.…] of the process file tell them apart
L253-not-a-file = is a folder, a link or a device, not a file
L254-part-name-not-utf8 = holds `{ $name }`, whose name is not UTF-8
L254-table-format = is a table of { $format }, of which only some files count; export its rows alone
L254-folder-of-partitions = holds a folder, `{ $name }`; write the export without partitions
L254-no-part-name = holds `{ $name }`, which is no part; a part is a file named *.parquet
L254-folder-without-part = is a folder without a part; a part is named *.parquet
