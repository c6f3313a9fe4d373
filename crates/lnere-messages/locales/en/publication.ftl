## Tables

L300-column-missing = the table { $table } has no column { $column } of { $values ->
        [whole-numbers] whole numbers
        [numbers] numbers
        [text] text
        [dates] dates
        [text-or-dates] text or dates
        [suppressible-whole-numbers] whole numbers that may be suppressed
        [suppressible-numbers] numbers that may be suppressed
       *[booleans] booleans
    }
L301-column-type = column `{ $column }` has a type or nulls that no published table has
L302-table-not-built = cannot build the table { $table }
L303-total-differs = { $table }: { $measure } adds up to { $total }, all records to { $expected }
L303-totals-differ = { $what }: { $table } adds up to { $total }, { $other } to { $expected }, or by entity they differ
L303-records-do-not-add-up = { $table }: of a file, read is not accepted + rejected, or its errors do not add up
L303-other-corte = { $table }: a row is of another corte than { $corte }
L303-change-differs = { $table }: `cambio` is not `actual` minus `anterior` in a row
L303-cohort-does-not-add-up = { $table }: in a row, delivered and not yet delivered are not all, or more are confirmed than delivered
L304-bounds-not-in-order = { $table }: { $place }: bounds are not in order
L304-list-exceeds-applications = { $table }: { $place }: more on the list than applications
L304-not-the-sum = { $table }: { $place }: is not the sum of { $parts } in the median, or is wider
L304-part-exceeds-whole = { $table }: { $place }: more than all of { $wholes }
L304-plan-is-no-list = { $table }: { $median } is, by entity, the list of no modality
L305-key-unknown = table `{ $table }` is by `{ $key }`, which is no key; expected some of { $accepted }, or { $all }
L305-key-not-accepted = table `{ $table }`: { $source } cannot be rolled up by { $key }; expected some of { $accepted }
L305-key-twice = table `{ $table }` is by the same key twice
L305-days-need-a-time = table `{ $table }` of days or of status_series must be by `fecha` or by `quincena`
L305-delivery-times-need-days = table `{ $table }` of delivery_times must be by `dias`
L305-quality-needs-keys = table `{ $table }` of quality must be by `archivo` and `regla`
L305-revisions-need-keys = table `{ $table }` of revisions must be by `tabla`, `clave` and `medida`
L305-projected-keys = table `{ $table }` of { $source } must be by one of { $accepted }
L306-sheet-characters = table `{ $table }`: sheet name `{ $sheet }` must not contain [ ] : * ? / \, nor begin or end with an apostrophe
L306-sheet-length = table `{ $table }`: sheet name `{ $sheet }` has { $length } characters; give it 1 to { $most }, without blanks around them
L306-sheet-reserved = table `{ $table }`: another sheet of the workbook is called `{ $sheet }`
L306-sheet-twice = table `{ $table }`: a table above has the sheet name `{ $sheet }`
L306-table-name = table name `{ $table }` must be lower snake_case without accents
L306-table-twice = table `{ $table }` is there twice
L307-of-belongs-to-revisions = table `{ $table }`: `of` names the tables that a table of revisions compares, and no other has it
L307-compared-table-missing = table `{ $table }` compares `{ $other }`, which is no table above it
L307-share-needs-entities = table `{ $table }`: a share is of an entity's applications, so `by` must begin with `entidad`
L307-all-rows-need-listed-keys = table `{ $table }`: rows = "all" needs keys that have a list; use "counted"
L307-projected-options = table `{ $table }` of { $source } has rows = "counted", no share and no `of`
publication-from-the-start = solicitudes from the start

## Charts

publication-chart-file-mistake = charts/{ $chart }.toml, line { $line }, column { $column }: { $mistake }
publication-chart = chart `{ $chart }`
publication-png-size = { $width } by { $height } pixels
L310-placeholder-unknown = unknown placeholder `{ $placeholder }`, expected one of { $accepted }
L310-rest-without-number = `rest` must hold `{"{n}"}`, where the number of the remaining bars is written
L311-chart-without-scope = a chart needs `scopes.nation`, `scopes.entity` or both
L311-scope-not-defined = chart `{ $chart }` is not drawn for { $scope }: its file has no such scope
L312-chart-table-missing = chart `{ $chart }` needs table `{ $table }`, which is not there
L313-chart-cannot-hide = chart `{ $chart }` cannot be drawn with hidden numbers; only the forms `bars` and `dots` can
L314-total-of-another-scope = table `{ $table }`: what it shows of `{ $measure }` cannot add up to { $total }; is the total of another scope?
L315-fonts-damaged = the carried fonts cannot be read; build the program again
L315-drawing-failed = the chart could not be drawn: { $reason }
L315-png-failed = the chart could not be turned into PNG: { $reason }
L316-statistic-unknown = unknown figure `{ $statistic }`, expected one of { $accepted }
L316-statistic-kind = the figure `{ $statistic }` is of another kind than the sentence or the condition needs
L316-style-unknown = unknown placeholder `{ $placeholder }`; docs/statements.md lists the styles of a figure
L316-brace-close = the brace at the end of `{ $text }` was never opened
L316-brace-open = the brace in `{ $text }` is never closed
L316-condition-number = the condition `{ $condition }` compares with no whole number
L316-condition-unknown = unknown condition `{ $condition }`, expected the name of a figure, or one of { $accepted }

## Projection

L320-no-series = there is no entity to project
L321-closes-before-opening = registration closes on { $closes }, before it opens on { $opens }
L322-own-reference = the process `{ $process }` is among its own references
L324-reference-without-applications = the reference `{ $reference }` is not usable: it has no applications
L324-curve-begins-not-with-one = the reference `{ $reference }` is not usable: its curve does not begin with 1 at the close
L324-curve-out-of-range = the reference `{ $reference }` is not usable: its curve is not between 0 and 1
L324-curve-falls = the reference `{ $reference }` is not usable: its curve falls as the close comes nearer
L324-curve-is-a-copy = the reference `{ $reference }` is not usable: its course is that of another one
L325-applications-negative = the applications of entity { $entity }, modality { $modality }, are negative
L325-applications-fall = the applications of entity { $entity }, modality { $modality }, become fewer
L326-no-prior = before registration opens a projection needs the totals of an earlier process, or credentials and how many applications one stands for; there are none

## Public tables

publication-cell = { $measure } of { $codes }
L330-public-table-missing = the public tables need the table `{ $table }`, which is not there or has other keys
L331-would-leak = the public tables would give something away: { $leak }
L332-unprotectable = { $cell } cannot be protected, whatever else is hidden: what was published before gives it away
L333-too-much-work = no protection of { $measure } is found with the work that is allowed, after what was published before
L334-small-count-shown = corte { $corte }, revision { $revision }: { $cell } is small and not hidden{ $insider ->
        [nobody] {""}
       *[other] , for the body of entity { $insider }
    }
L334-count-derivable = corte { $corte }, revision { $revision }: { $cell } is hidden and can be worked out{ $insider ->
        [nobody] {""}
       *[other] , for the body of entity { $insider }
    }
L334-narrow-interval = corte { $corte }, revision { $revision }: { $cell } is hidden, but only { $values } numbers are found to fit all that is public{ $insider ->
        [nobody] {""}
       *[other] , for the body of entity { $insider }
    }
L334-known-to-one-person = corte { $corte }, revision { $revision }: { $cell } is hidden, but one person who is alone in another cell can work it out{ $insider ->
        [nobody] {""}
       *[other] , for the body of entity { $insider }
    }
L335-contradiction = corte { $corte }, revision { $revision }: { $cell } does not fit the other public numbers{ $insider ->
        [nobody] {""}
       *[other] , for the body of entity { $insider }
    }
L336-public-settings-changed = { $setting } is not as it was in the public release of { $corte }, revision { $revision }: what was hidden there could be worked out from the two. Put audiences.publico, or the catalogue of countries, back as it was
L337-no-exact-tables = the release of { $corte }, revision { $revision }, has no exact tables of what it made public; what it hid must be known before more is made public

## Packages and reports

publication-package-failed = a package cannot be made
publication-report-failed = a report cannot be typeset
publication-typst-file-name = Typst takes no such file name
publication-typst-no-reason = Typst gives no reason
L340-workbook-failed = a workbook cannot be written
L340-csv-failed = a table cannot be written as CSV
L340-dashboard-failed = the dashboard in one file cannot be made: its data have no counts of { $slug }
L340-archive-failed = an archive cannot be written
L340-report-data-failed = the data of the report cannot be written down
L341-template-mistake = { $file }:{ $line }:{ $column }: { $mistake }
L341-template-syntax = { $file }:{ $line }: this file of the report's template has a mistake: { $mistake }
L342-report-refused = the report cannot be typeset from { $file }: { $reason }
L343-no-report-thread = the system cannot start a thread for the report
L344-template-folder-unreadable = cannot list the folder of the report's template, { $folder }
L344-template-file-unreadable = cannot read { $file }, a file of the report's template
L345-main-template-missing = the folder of the report's template, { $folder }, has no file { $main }, which the report begins with
L346-template-not-utf8 = { $file }:{ $line }: this file of the report's template is not UTF-8; save it as UTF-8
L347-reports-not-built = this program makes no reports; build it with the feature `reports`

## Plan of a run

publication-exports-refused = { $exports ->
        [one] an export cannot be read:
       *[other] exports cannot be read:
    }
    { $list }
publication-export-name-of-pattern = a name of the form { $pattern } ([exports.{ $source }] files)
publication-export-name-like = a file like { $example }
L360-corte-outside-process = the corte { $corte } is outside the process { $process }, whose cortes run from { $first } to { $last }
L361-corte-before-opening = the corte { $corte } is before registration opens on { $opens }: there is nothing to count yet, and the process file has no section [projection]
L362-range-empty = --from { $from } is after --to { $to }
L363-source-missing = no export of { $source } in the inputs folder; expected { $expected }
L363-source-missing-up-to = no export of { $source } on or before { $vintage } in the inputs folder; expected { $expected }
L364-no-corte-covered = both sources are known up to { $day } only: no corte of the process is covered yet, the first is { $corte }
L365-export-of-future-day = covers a day after today, { $today }: correct its name, or read only the exports up to a day with `--vintage { $today }`
