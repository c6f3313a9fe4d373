# Files

L100-cannot-read = cannot read { $path }
L100-cannot-read-catalogue = cannot read the catalogue { $path }
L101-not-utf8 = the file is not UTF-8 from here on; save it as UTF-8
L102-writable-by-others = { $path } has the mode { $mode }: others than its owner may write it, and so decide who gets the packages; check its content, then run `chmod go-w { $path }`
L103-unprintable-line-end = { $key } holds { $character }, which cannot be printed; write the text on one line, or end each line but the last with a backslash
L103-unprintable-character = { $key } holds { $character }, which cannot be printed; remove it
core-invisible-character = the { $kind ->
        [tab] tab
        [line-end] line end
        [direction] mark of direction
        [control] control character
       *[other] invisible character
    } { $code }

# Days and cortes

L104-no-date = `{ $text }` is not a date of the form YYYY-MM-DD
L105-inside-quincena = { $day } is not the end of a quincena; the nearest cortes are { $before } and { $after }

# The process file

L110-not-a-day = `{ $value }` is not a date; expected one like 2020-09-01, from { $first } to { $last }
L111-close-before-opening = registration closes on { $closes }, before it opens on { $opens }
L111-election-before-close = election_day { $election_day } is before registration closes on { $closes }
L112-extension-announced = registration.extended: each was announced after the one above it (the first after the opening), and at the latest on the day after the close that it put off
L112-extension-close = registration.extended: each close is later than the one above it and earlier than `closes`
L113-process-id = id `{ $id }` must be lower snake_case without accents, like `pel_2020_2021`
L113-dimension-name = name `{ $name }` must be lower snake_case without accents, like `grupo_edad`: it names a column
L113-series-name = series `{ $name }` must be lower snake_case without accents, like `pel_2020_2021`, and stays as it is once something is public
L114-whole-number = { $name } is a whole number from { $first } to { $last }
L114-header-line = header_line is "{ $auto }" or a line number from { $first } to { $last }
L114-minimum = minimum is the least count that is shown, from { $first } to { $last }
L114-detail-from = detail_from is the least total of an entity whose detail is shown, from { $first } to { $last }
L114-growth-factor = { $name } is a factor of 1.0 or more; 5.0 is five times as many
L114-service-level = postal.service_level is the chance that a print run is enough, from 0.5 to below 1.0
L114-acceptance = projection.acceptance: share is from 0.0 to 1.0, weight from 0.1 to 1000000, drift from 0.0 to 0.5
L114-per-credential = projection.per_credential: applications is a number from 0.001 to 100.0, log_sd from 0.01 to 3.0
L114-earlier-totals = projection.earlier: scale is a number from 0.01 to 100.0, scale_log_sd and entity_log_sd from 0.01 to 3.0
L114-spread = projection.spread: deviation and entities are numbers from 0.01 to 3.0, weight from 1.0 to 100.0
L115-share = { $name } is a share with a point, from 0.0 to 1.0; 0.01 is 1 %
L115-modality-share = projection.modalities: { $share } is no share from 0.0 to 1.0
L116-notice-empty = notice is empty; remove the key if no notice is needed
L116-notice-too-long = notice has { $length } characters; it is printed on every page and sheet: at most { $most }
L117-no-entity = `{ $code }` is no entity; expected two digits from "01" to "32"
L117-entity-twice = entity `{ $code }` is there twice
L117-no-entities = entities is empty; a process has at least one
L118-number-of-values = { $list } has { $values } values; expected 1 to { $most }
L113-category-code = code `{ $code }` of { $list } must be upper snake_case without accents, like `POSTAL`, and not { $unidentified }
L120-alias-without-letter = an alias of `{ $code }` in { $list } has no letter or digit
L120-text-of-two-codes = `{ $text }` stands for both `{ $owner }` and `{ $code }` in { $list }
L120-code-twice = code `{ $code }` is twice in { $list }
L121-plans-need-projection = [postal] and [electronic] plan for a projection: they need a section [projection]
L121-publico-needs-audience = publish.parts names `publico`: it needs a section [audiences.publico]
L121-dashboard-needs-public-table = tablero.audience `publico` shows protected tables: it needs a section [audiences.publico], with { $table } among its tables
L121-dashboard-needs-public-part = tablero.audience `publico` shows the protected tables of the release: with `tablero`, publish.parts must name `publico`

# Dimensions

L122-too-many-dimensions = a process file declares at most { $most } dimensions
L122-reserved-name = `{ $name }` names something else in the tables
L122-dimension-twice = the dimension `{ $name }` is declared twice
L124-label-form = the label of `{ $name }` is a text without braces, quotes and backslashes
L125-categories-or-ages = the dimension `{ $name }` has either `categories` or `ages`
L125-age-edges = ages.edges are years in rising order, below { $limit }

# Exports

L126-unknown-column = unknown column `{ $column }`, expected one of: { $accepted }
L126-dimension-in-columns = the header names of the dimension `{ $name }` are its key `header` in [[dimensions]]
L126-column-without-header = column `{ $column }` needs a header name
L126-dimension-without-header = the dimension `{ $name }` needs a header name
L126-header-names = expected a header name or a list of header names
L127-shared-header = header `{ $header }` stands for two columns, `{ $first }` and `{ $second }`
L128-no-date-form = `{ $text }` is no form of a date: { $reason }; expected `YYYY-MM-DD`, `DD/MM/YYYY`, `D/M/YYYY`, `DD-MON-RR`, `YYYYMMDD` or the like
core-date-form-time = a time of day after the day is read without being declared; leave it out
core-date-form-letter = `{ $letter }` has no meaning
core-date-form-without-field = it has no { $field }
core-date-form-repeated-field = it has more than one { $field }
core-date-form-digits = `D` and `M` have one digit or two, so they need a separator beside other digits
L128-no-date-forms = date_formats names no form, so no date could be read
L128-conflicting-date-forms = `{ $other }` and `{ $form }` read another day in { $text }; keep the form that the export has
L130-delimiter = delimiter is "auto" or one ASCII character that is no quote and no line end
L131-folder-in-pattern = `{ $pattern }` is no name of a file; a pattern names files, not folders
L131-brace-not-closed = `{ $pattern }` has a `{"{"}` without a `{"}"}`
L131-brace-not-opened = `{ $pattern }` has a `{"}"}` without a `{"{"}`
L131-two-date-fields = `{ $pattern }` has two date fields; a name says one day
L131-no-date-field = `{ $pattern }` has no date field; expected one like {"{YYYYMMDD}"}, {"{DDMMYYYY}"} or {"{YYYY-MM-DD}"}
L131-not-a-date-field = `{"{"}{ $field }{"}"}` is no date field; expected one like {"{YYYYMMDD}"}, {"{DDMMYYYY}"} or {"{YYYY-MM-DD}"}

# Thresholds and accepted exports

L132-accepted-names-no-file = accepted names no file; name one, or leave the line out
L133-accepted-checksum = sha256 must have 64 hexadecimal digits
L133-accepted-reason = reason is empty; say why the export is right
L134-no-rule = `{ $text }` is no rule that can be accepted; expected one of: { $accepted }

# Schedule

L135-late-before-warning = freshness.{ $name }: late after { $late ->
        [one] { $late } day
       *[other] { $late } days
    }, before the warning at { $warning }
L136-no-corte-from = schedule.from: no corte ends from { $from } to election day, { $election_day }

# Projection

L140-unknown-category = `{ $name }` is no { $kind } of this process; expected some of: { $accepted }
L141-accepted-statuses = projection.accepted names one status at least, and none that `refused` names
L142-modality-sum = projection.modalities add up to { $sum }, not to 1
L143-reference-twice = projection.reference `{ $name }` is there twice, or is the process itself, which cannot be its own reference
L143-reference-source = projection.reference has either `curve`, a CSV of published points, or `process`, another process file, with `inputs` where its exports lie elsewhere
L143-reference-not-earlier = the curve of the reference `{ $name }` must end before { $opens }, when this process opens
L143-earlier-name = `{ $name }` is no short name of an earlier process: expected lower snake_case without accents, and not the id of this process
L146-csv-header = expected the header { $header }
L146-csv-fields = expected as many fields as the header has
L146-csv-count = expected a whole number
L146-csv-entity = expected an entity's two digits, each only once
L146-csv-day = expected a date like 2020-09-01
L147-totals-of-zero = the totals add up to 0; the file needs applications of at least one entity
L147-curve-order = days must follow each other, and a cumulative count cannot fall
L147-short-curve = a curve has two points or more, and applications at its last one, the close

# Goals and denominators

L144-no-goal = [goals] has `total`, `applications`, or both
L144-goal-range = expected a goal from { $first } to { $last } applications
L144-goal-of-no-entity = `{ $code }` is no entity of this process; expected some of: { $accepted }
L144-goals-do-not-add-up = goals.total is { $total }, but the goals of the entities add up to { $sum }
L145-denominator-name = `{ $name }` is no short name; expected lower snake_case without accents, like cpve_2019
L145-denominator-twice = the denominator `{ $name }` is there twice
L145-base = denominators.per: expected a whole number from { $first } to { $last }
L145-csv-entity = `{ $code }` is no entity of this process; expected { $all }, which is all of them together, or some of: { $accepted }
L145-csv-office = `{ $code }` is no embassy or consulate; expected a `clave` of representaciones.toml, like dallas
L145-csv-twice = the source has only one number for an entity and a place, and this is the second one
L145-csv-zero = nothing can be divided by 0; expected a whole number above it, or no line
L145-csv-empty = the file has no number

# Tariff of the postal packages

L148-rate-after-others = the rate without countries is for all others, and is the last one
L148-no-rate-for-others = the last rate has no countries: it is the price of all that are in no other
L148-country-twice = `{ $code }` has a price already
L148-currency = expected a currency's three letters of ISO 4217, like MXN
L148-price = expected a price with a point and two decimals at most, like 310.50
L149-no-country = `{ $code }` is no country; expected ISO 3166-1 alpha-3, like USA
L149-no-country-of-catalogue = `{ $code }` is no country of the catalogue

# Public audience and dashboard

L150-series-missing = audiences.publico needs `series`, the name of the series of public releases, in lower snake_case without accents, like `pel_2020_2021`; it stays as it is once something is public
L151-no-public-tables = audiences.publico.tables names no table
L151-public-table-twice = audiences.publico.tables names `{ $name }` twice
L151-columns-of-other-table = audiences.publico.by names `{ $name }`, which audiences.publico.tables does not
L151-hidden-empty = hidden is empty; it is the word that replaces a hidden count
L153-countries-without-merge = countries names those that are not merged: it needs audiences.publico.merge.pais
L153-column-not-merged = `{ $column }` cannot be merged; expected `pais` or one of { $accepted }
L153-group-code = code `{ $code }` must be upper snake_case, like `OTROS`, and none of the codes of `{ $column }`
L153-group-twice = code `{ $code }` is there twice
L153-of-or-rest = a group has its codes in `of`, or `rest = true` and takes all others
L153-no-code-of-column = `{ $code }` is no code of `{ $column }`
L153-code-in-two-groups = `{ $code }` is in two groups, or in one and in `countries`
L153-two-groups-with-rest = only one group can take all others
L155-milestone-without-label = the label of a milestone in tablero.hitos is empty; say what happens on its day
L155-milestone-twice = the milestone `{ $label }` of { $day } is there twice
L158-empty = publish.metadata.{ $key } is empty; write the text, or remove the key
L158-no-address = publish.metadata.{ $key } is an address like `https://example.org/lnere`, not `{ $address }`
L158-no-email = publish.metadata.{ $key } is an e-mail address like `datos@example.org`, not `{ $address }`
L158-needs-other-key = publish.metadata.{ $key } needs publish.metadata.{ $other }

# Catalogues

L160-name-of-two-entries = the name `{ $name }` stands for two entries
L161-unusable-name = the name `{ $name }` has no letter or digit, or is longer than a label may be
L161-name-without-meaning = the name `{ $name }` is also in `sin_pais`, the labels that name no country
L162-word-in-two-lists = the word `{ $word }` is in two lists of abreviaturas
L162-article-in-list = the word `{ $word }` of articulos is also in a list of abreviaturas
L162-not-one-word = `{ $text }` is not one word
L162-prefix-of-several-parts = `{ $prefix }` is more than one part of a name
L162-prefix-of-links = the prefix `{ $prefix }` holds nothing but nexos
L163-no-entity = clave `{ $code }` is no entity; expected "01" to "32"
L163-entity-twice = entity `{ $code }` is there twice
L163-entity-missing = entity `{ $code }` is missing
L163-country-code = clave `{ $code }` is no ISO 3166-1 alpha-3 code; expected three capital letters, not XXX
L163-alpha-2-code = alfa2 `{ $code }` is no ISO 3166-1 alpha-2 code, such as MX
L163-office-code = clave `{ $code }` is not lower snake_case, or is there twice
L164-parent-country = territorio_de `{ $code }` is the clave of no other country of this file
L164-state-of-office = estado `{ $state }` is no [[estado]] of `{ $country }` in this file
L164-country-of-office = pais `{ $code }` is no country of paises.toml; expected an alpha-3 code
L163-too-many-countries = { $countries } countries; at most { $most } are allowed
L163-too-many-offices = { $offices } offices; at most { $most } are allowed
L168-coordinates-range = latitud { $latitude } and longitud { $longitude } are no place; expected -90 to 90 and -180 to 180
L168-half-coordinates = latitud and longitud stand together; expected both, or none

# lnere sample

L820-size-zero = { $option } is 0; a sample needs at least 1
L820-size-too-large = { $option } is { $size }; at most { $most } are generated
L821-unknown-shape = no shape `{ $name }` in { $folder }; there are: { $accepted }
L822-not-a-day = `{ $text }` is not a date; expected one like 2020-09-01
L822-not-a-factor-day = `{ $text }` is no date like 2020-12-25
L822-not-a-share = { $share } is no share; expected 0.0 to 1.0
L822-no-rows = default is how many rows there are; expected at least 1
L823-unknown-column = no column `{ $column }` here; expected one of: { $accepted }
L823-unknown-label = the process has no { $column } `{ $label }`; expected { $accepted }
core-sample-entity-codes = two digits from "01" to "32"
core-sample-country-codes = an alpha-3 code of paises.toml, or XXX
core-sample-office-codes = a clave of representaciones.toml
L824-known-label = the catalogue knows `{ $label }`; expected a label that it does not
L824-spelling-not-read = `{ $text }` is not read as { $column } `{ $label }`
L825-export-days = exports needs either `days`, a list of dates, or `count`, how many, at least one
L825-first-day-of-applications = applications begin when the process file says; only credentials may set `first`
L825-first-day-after-close = { $first } is after registration closes on { $closes }
L825-no-kinds = kinds needs at least one text for TIPO_TRAMITE
L826-day-and-at = a point has a `day` or an `at`, not both
L826-outside-window = { $day } is outside the window from { $first } to { $last }
L826-point-values = a point needs a total of at least 1, and no negative growth or peak
L826-point-order = the point of { $total } on { $day } must be earlier than the next one, { $next_total } on { $next_day }, and not larger
L827-no-vote-from-abroad = the process has no vote from abroad in { $column } `{ $label }`
L827-count-falls = `{ $label }` has { $count } here and only { $later } at the next point
L827-sum-of-counts = the counts of { $column } add up to { $sum }, which the labels left out cannot bring to the total of { $total }
core-named-pipe = it is a named pipe, not a file
core-socket = it is a socket, not a file
core-device = it is a device, not a file
L165-unknown-key = unknown field { $key }, expected { $expected }
L165-missing-key = missing field { $key }
L166-unknown-value = unknown variant { $value }, expected { $expected }
L166-other-type = invalid type: { $found }, expected { $expected }
L167-not-toml = { $mistake }
