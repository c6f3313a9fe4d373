commands-man-not-written = cannot write the manual pages to { $folder }
# Parts that several commands share.
commands-cannot-read = cannot read { $path }
commands-cannot-write = cannot write { $path }
commands-cannot-create = cannot create { $folder }
commands-cannot-clear = cannot clear { $folder }
commands-releases-unreadable = cannot read the releases in { $folder }
commands-charts-unreadable = cannot read the charts of { $folder }
commands-nothing-changed = the command did its work and changed nothing
commands-file-not-read = not read: { $name }; { $advice }
commands-export-read = { $name }: { $read } read, { $accepted } accepted, { $rejected } rejected
commands-reference-read = reference { $reference }: { $file }
commands-reference-fault = the reference `{ $reference }`: { $fault }
commands-reference-not-listed = the reference `{ $reference }`: cannot list { $folder }
stage-reading-exports = reading exports

L010-exports-refused = exports refused:
L010-exports-refused-dashboard-kept = exports refused, the dashboard is as it was:
L011-inputs-unreadable = cannot list the inputs folder { $folder }
L012-output-of-other-process = the output { $folder } belongs to the process { $owner }, not to { $process }; name another with --output
L013-older-exports = the release of { $corte } was made from { $export }, which is not among the exports to read (vintage { $vintage }); --force publishes without it
L014-export-still-arriving = left for the next run: { $name }; it is still being copied, or was written to a moment ago
L015-unknown-name-in-list = { $path }:{ $line }: publish.{ $list } names `{ $name }`, expected some of: { $names }
L015-unknown-table-of-chart = { $file }: chart `{ $chart }` reads the table `{ $table }`, expected some of: { $names }
L015-chart-of-table-not-shared = { $file }: the entities of chart `{ $chart }` see the rows of all entities in { $table }, which is not `shared` in tablas.toml
L016-table-not-public = `{ $table }` cannot be made public; expected some of: { $names }
L016-table-not-by-key = `{ $table }` is not by `{ $key }`; expected some of: { $keys }
L016-countries-not-whole = `{ $table }` is by country, and a country that is named only where it counts says so: `countries` names those that always are, and a group of audiences.publico.merge.pais with `rest = true` takes all others
L016-missing-margin = `{ $one }` and `{ $other }` have the same sums by { $margin }, which no table shows; add the one that is by { $margin }
L020-nothing-to-evaluate = this process has nothing to evaluate: its file needs a section [projection], and a published table from = "evaluation"
L021-no-outcome-yet = there is no outcome yet: registration closes on { $closes }, and the newest corte that the exports cover is { $corte }
L021-no-corte-covered = there is no outcome yet: registration closes on { $closes }, and the exports cover no corte
L022-no-table = no table `{ $name }`, expected one of: { $names }
L023-reference-not-earlier = the reference `{ $reference }` is no earlier process: it closes on { $closes }, and this one opens on { $opens }
L024-reference-export-missing = no export of solicitudes in { $folder } covers the close of its registration, { $closes }; expected { $expected }
L024-reference-empty = { $file } has no application that counts
L030-releases-without-effect = the dashboard of this audience counts exports: --releases chooses nothing
L030-vintage-without-effect = the dashboard of this audience shows the protected tables of a release and reads no export: --vintage chooses nothing
L031-public-dashboard-there = { $path } has the dashboard of the audience { $audience }, which may be open to everybody, and this one has exact counts; --force replaces it
L032-newer-dashboard-there = { $path } counts up to { $existing }, and what there is now only up to { $new }; --force replaces it
L033-dashboard-group-lost = { $path } could not be given the group that it had; its other permissions are as they were
L034-nothing-public = nothing is public in { $folder }: `lnere run --only publico` makes the protected tables that the dashboard of the audience `publico` shows; --releases names another folder. A dashboard that is there is as it was, with exact counts if it is of the audience `opl`
L900-bug = a bug at { $place }; nothing was published by this step. Please report the place
L901-result-not-printed = { $completed }; only its result could not be printed on stdout

check-quarantine = rejected records by file and line: { $path }
check-unknown-labels = { $labels ->
        [one] { $labels } label
       *[other] { $labels } labels
    } that no catalogue knows, { $times } times or more: { $path }
check-done = the exports are checked, and the quarantine is written
check-refused = refused
check-accepted = accepted
check-counts = { $read } read { $accepted } accepted { $rejected } rejected

# Messages of `status`.
L035-export-gone = { $name } is gone; { $number ->
        [one] the release of { $cortes } was
       *[other] the releases of { $cortes } were
    } made from it, and nothing is replaced until it is back
L035-released-export-gone = it is gone, and releases were made from it: { $cortes }
L036-export-replaced = replaced since { $number ->
        [one] the release of { $cortes } was
       *[other] the releases of { $cortes } were
    } made from it: { $then ->
        [one] { $then } record
       *[other] { $then } records
    } accepted then, { $now } now; if nobody corrected it, copy the earlier one back
L036-export-replaced-unreadable = replaced since { $number ->
        [one] the release of { $cortes } was
       *[other] the releases of { $cortes } were
    } made from it: { $then ->
        [one] { $then } record
       *[other] { $then } records
    } accepted then, it cannot be read now; if nobody corrected it, copy the earlier one back
L064-manifest-unreadable = its manifest cannot be read; run `lnere verify { $corte }`
commands-to-do = to do: { $action }
commands-warnings = warnings
status-inputs-unreadable = the inputs cannot be read: { $error }
status-inputs-to-do = mount the folder, or correct its permissions; what depends on exports is not known until then
status-changes-not-known = what would change in published cortes is not known; `lnere run --due` looks
status-releases = releases
status-release = revision { $revision }  exports up to { $vintage }  { $applications } applications
status-no-release = none
status-older-releases = and { $releases } older
status-newest-exports = newest exports
status-exports-not-known = not known
status-no-export = none
status-up-to-date = up to date
status-days-behind = { $days ->
        [one] { $days } day
       *[other] { $days } days
    } behind
status-warning = warning
status-source-late = LATE
status-corte-late = LATE
status-source-to-do = ask whoever delivers { $source } for a newer export
status-export-arriving = { $name } is still being copied, or was written to a moment ago
status-other-exports-arriving = and { $exports ->
        [one] { $exports } other, too
       *[other] { $exports } others, too
    }
status-export-refused = { $name }: { $reason }. A run will be refused
status-export-refused-to-do = correct the file or its name, or take it out of the folder; `lnere check` says more
status-export-gone-to-do = copy it back to the folder of the exports; if it is gone for good, `lnere run --corte { $corte } --force` publishes without it
status-export-replaced-to-do = copy the earlier file back; if it was corrected, `lnere run --corte { $corte }` publishes from it
status-due = due
status-due-corte = { $corte }  ended { $days ->
        [one] { $days } day
       *[other] { $days } days
    } ago, { $why }
status-nothing-due = nothing
status-not-published = not published
status-not-published-to-do = make the inputs readable; `lnere run --due` publishes it
status-covered = covered by the exports, not published
status-covered-to-do = `lnere run --due` publishes it, or says why not
status-waiting = waiting for { $sources } to cover it
status-waiting-covered = waiting for { $sources } to cover it; { $covering } covers it
status-waiting-to-do = ask for the export of { $sources } of { $corte } or later
status-backfill-over = { $cortes ->
        [one] { $cortes } corte
       *[other] { $cortes } cortes
    } from { $first } to { $last } without a release: not late, since the process is over
status-backfill-last-published = { $cortes ->
        [one] { $cortes } corte
       *[other] { $cortes } cortes
    } from { $first } to { $last } without a release: not late, since the last corte of the process is published
status-other-warnings = { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    } of other exports; `--format json` has them
status-last-run = last run
status-run-unfinished = started { $started } and did not end: it is at work or was killed
status-run-unfinished-to-do = if it is not at work, look at the journal; the next `lnere run --due` cleans up
status-run-ended = ended { $ended }, exit { $exit }
status-run-ended-with-error = ended { $ended }, exit { $exit }: { $error }
status-run-refused-to-do = `lnere check` says what is wrong; ask for the export again, or accept it with `lnere accept` if it is right
status-run-usage-to-do = correct what the error names; `lnere plan --due` tries it without publishing
status-run-failed-to-do = remove the cause that the error names; `lnere run --due` then does the rest
status-kept = kept as they are, although they would change
status-kept-corte = { $corte }  revision { $revision }, decided { $at } by { $by }: { $reason }
status-deliveries = deliveries of { $corte }, revision { $revision }
status-ledger-not-known = not known: { $error }
status-ledger-to-do = nothing is sent before the ledger can be read; put it back from a backup
status-delivered = { $delivered } of { $packages ->
        [one] { $packages } package is
       *[other] { $packages } packages are
    } delivered
status-earlier-not-delivered = not everybody has the visible revision of { $cortes }
status-held = { $corte } is held until { $end }, { $left } left
status-recipients-file = FILE
status-deliver-to-do = `lnere deliver --recipients FILE` sends what is missing, or says what prevents it
status-package-other = another package of this revision is delivered, this one not yet
status-package-earlier = revision { $revision } is delivered, this one not yet
status-package-failed = FAILED { $time }: { $reason }
status-package-interrupted = an attempt of { $time } has no end: it is at work or was killed
status-package-pending = not yet

# Changes that a revision would make.
revision-exports = exports ({ $names })
revision-configuration = configuration ({ $names })
revision-names-and-more = { $names } and { $more } more
revision-other-build = program (another build of { $version })
revision-other-version = program ({ $before }, now { $now })
revision-cause = cause: { $cause }
revision-causes = possible causes: { $causes }
revision-size = { $cells ->
        [one] { $cells } cell
       *[other] { $cells } cells
    } of { $tables ->
        [one] { $tables } table
       *[other] { $tables } tables
    } { $cells ->
        [one] differs
       *[other] differ
    }

# Messages of `run`.
L037-keep-without-release = --keep: there is no release of { $corte } in { $folder }
L037-keep-needs-corte-and-reason = --keep needs --corte and --reason, and goes with neither --due nor --from; nothing was recorded
L038-keep-before-look = --keep: it is not known what would change now in { $corte }; run `lnere run --due` first, which looks
L039-keep-of-unchanged = --keep: { $corte } would not change, nor would any other; nothing was recorded
L039-keep-of-unchanged-others = --keep: { $corte } would not change, but { $others } would; nothing was recorded
L050-publico-without-audience = --only publico: the process file has no section [audiences.publico]
L051-new-series-without-publico = --new-series: nothing is made public, since the parts to publish do not name `publico`
L052-dashboard-without-publico = the dashboard of the audience `publico` shows the protected tables of its release: with `tablero`, --only must name `publico`
L053-corte-not-covered = not covered: what is there, { $exports }, is known up to { $day }
L054-packages-without-report = the packages hold no report: the process file names no template (paths.report), or the program was built without the feature `reports`
L055-earlier-run-interrupted = an earlier run was interrupted: { $action }
L060-no-process-file = there is no process file { $file } in this folder: name one with --process or { $variable }. `lnere demo` publishes a sample; `lnere config export DIR` writes the built-in process files
L061-metrics-not-written = cannot write the metrics { $path }: { $error }
L062-warning-command-failed = --on-warning: { $error }
commands-user-by-sudo = { $user }, by sudo of { $caller }
commands-accept-to-do = if { $name } is right: lnere accept { $word } --rule { $rule } --reason "…" (with the same --process, --inputs and --output)
args-series-reason-empty = it is empty; say why the series begins here
args-keep-reason-empty = it is empty; say why the release stays as it is
args-reason-unprintable = it holds { $character }, which cannot be printed
args-reason-too-long = it has { $length } characters; at most { $most }
args-no-part = no part has this name
run-not-recovered = cannot put away what an earlier run left
run-corte-counted = corte { $corte }: counted and drawn
run-corte-on-disk = corte { $corte }: on the disk
run-corte-published = corte { $corte }   published
run-corte-revised = corte { $corte }   published as revision { $revision }
run-corte-unchanged = corte { $corte }   unchanged, nothing published
run-corte-not-published = corte { $corte }   not published
run-corte-would-change = corte { $corte }   would change, revision { $revision } stays as it is; { $causes }
run-corte-failed = corte { $corte }: { $error }
run-pending-to-do = `lnere run --corte { $corte }` publishes the revision; with `--keep --reason "…"` the release stays as it is
run-visible-but = revision { $revision } is visible in { $path }, but: { $error }
run-applications = applications
run-credentials = credentials
run-at-close = at the close
run-on-list = on the list
run-in-quincena = ({ $applications } in the quincena)
run-applied-for-since = applied for since { $day }
run-projected = projected to { $closes }; 90 %: { $lower } to { $upper }
run-outdated = today's definitions make otherwise: { $parts }; `lnere run --corte { $corte } --force` publishes them as revision { $revision }
run-contents = tables { $tables }, charts { $charts }, packages { $packages }
run-nothing-due = nothing is due: each scheduled corte that has ended is published
run-awaited = nothing is read while { $exports } { $number ->
        [one] is
       *[other] are
    } still being copied
run-waiting = waiting for { $sources } to cover { $cortes }
run-waiting-covered = waiting for { $sources } to cover { $cortes }; { $covering } covers { $number ->
        [one] it
       *[other] them
    }
run-older-warnings = { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    } of older exports; `--format json` and `lnere check` have them
run-records = { $read ->
        [one] { $read } record
       *[other] { $read } records
    } read in { $exports ->
        [one] { $exports } export
       *[other] { $exports } exports
    }, { $rejected } rejected
run-look-at = look at { $folder }
run-done-nothing = the run has ended and published nothing
run-done-all = everything that was to be published is published
run-done-part = what could be published is published
run-kept = revision { $revision } of { $corte } stays as it is, although { $size }
run-kept-written = written to { $path }
run-kept-done = the decision is recorded

# Messages of `deliver`.
L040-no-release-folder = { $path } is no release
L041-no-release-yet = there is no release in { $folder }; `lnere run` publishes one
L042-release-of-other-output = the release lies in { $folder }, whose ledger says who has it: name it with --output { $folder }
L043-release-superseded = revision { $old } of { $corte } was replaced by revision { $new }: `lnere deliver { $corte }` delivers that; nothing was sent
L044-no-package-for-recipient = --only { $name }: the release has no package for it, only for: { $all }
L045-packages-not-delivered = { $failed } of { $packages ->
        [one] { $packages } package was
       *[other] { $packages } packages were
    } not delivered: { $recipients }; the same command sends only what is missing
L046-attempt-interrupted = { $recipient }: an earlier attempt was interrupted; it is sent again, with the same Message-ID
deliver-heading = { $title }, corte { $corte }, revision { $revision }
deliver-publication-time-unreadable = cannot read when { $path } was written
deliver-approved-by = approved by { $user }
deliver-held = held until { $end }, { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    } after it was published; nothing was sent
deliver-release-held = the release is held until { $end }
deliver-held-to-do = look at the messages with `lnere deliver { $corte } --recipients { $recipients } --dry-run`; `lnere deliver --recipients { $recipients } --approve { $corte }` sends them now
deliver-to-be-copied = to be copied to { $folder }
deliver-not-to-be-sent = not to be sent: { $reason }
deliver-dry-run-done = nothing was sent, and the ledger is as it was
deliver-summary = { $packages ->
        [one] { $packages } package
       *[other] { $packages } packages
    }: { $delivered } delivered, { $had } had before, { $failed } failed
deliver-ledger = ledger: { $path }
deliver-done = the deliveries are made and noted in the ledger
deliver-delivered = delivered
deliver-delivered-at = delivered { $time }
deliver-had-before = had it before
deliver-has-later = has a later one
deliver-later-revision = revision { $revision } was delivered
deliver-failed = FAILED
deliver-attempt-delivered = { $recipient }: delivered
deliver-attempt = { $recipient }: attempt { $attempt }: { $reply }
deliver-attempt-failed = { $recipient }: not delivered: { $reason }
deliver-attempt-failed-again = { $recipient }: not delivered: { $reason }; it is tried again
deliver-retry-wait = { $packages } to be tried again in { $seconds } s

# What `--on-warning` tells.
hook-source-late = the newest export of { $source } is { $days ->
        [one] { $days } day
       *[other] { $days } days
    } behind
hook-corte-late = the corte { $corte } ended { $days ->
        [one] { $days } day
       *[other] { $days } days
    } ago and has no release
hook-revision-pending = the corte { $corte } would change, { $causes }: { $size }
hook-delivery-held = the delivery of { $corte } is held until { $end }
hook-delivery-failed = the package of { $recipient } of { $release } was not delivered
hook-run-unfinished = the run that started { $started } did not end
hook-not-started = it cannot be started: { $error }
hook-ended-with = it ended with exit status: { $code }
hook-ended-by-signal = it was ended by the signal { $signal }
hook-killed = it was killed after { $seconds } s
hook-not-recorded = cannot record in out/private what was told: { $error }

plan-reads = reads
plan-newest-export = the newest: what is counted comes from it
plan-older-applications = older: the statuses of its day, and the checks
plan-older-credentials = older: the checks
plan-publishes = publishes { $parts } in { $folder }
plan-unbegun-series = publico: nothing is public here, and `run` begins the series `{ $series }` with --new-series REASON alone
plan-awaited = nothing is read before these are whole: { $exports }
plan-not-published = not: { $why }
plan-first-release = first release of this corte
plan-revision-stays = revision { $revision } is published and stays; it is said what newer exports would change
plan-revision-may-be-replaced = revision { $revision } is published; replaced only if a table or the parts differ

diff-release = { $process }, corte { $corte }, revision { $revision }, exports up to { $vintage }, lnere { $version }
diff-heading =
    before: { $before }
    after:  { $after }
diff-none = no difference in any table
diff-only-before = { $table }: only before
diff-only-after = { $table }: only after
diff-cells = { $table }: { $cells ->
        [one] { $cells } cell differs
       *[other] { $cells } cells differ
    }

backtest-heading = replayed to { $corte }; means over its cortes and entities, WIS in applications
backtest-method = method
backtest-inside = in { $share } %
backtest-corte = { $corte }: expected { $median } ({ $lower } to { $upper }), outcome { $outcome }
backtest-table = by corte and entity: { $file }
backtest-done = the evaluation is published

memory-configured = limits.memory_mib is { $mib }
memory-half-of-machine = limits.memory_mib is absent, and this is half of the machine's memory
memory-control-group = { $limit } of the control group /{ $group } is { $mib } MiB
memory-process-limit = the limit { $name } is { $mib } MiB
memory-left-on-machine = the machine has that much left
memory-of-machine = the machine has that much

dashboard-newer-stays = { $path } counts up to { $existing }, and what there is now only up to { $new }: it stays as it is
dashboard-written = dashboard   up to { $last_day }, audience { $audience }
dashboard-unchanged = dashboard   up to { $last_day }, audience { $audience }, unchanged
dashboard-applications = applications   { $total }
dashboard-size = { $files ->
        [one] { $files } file
       *[other] { $files } files
    }, { $size } MB
dashboard-open = open { $path }
dashboard-kept = the dashboard is as it was
dashboard-done = the dashboard is in its place
stage-publishing = publishing
stage-writing-exports = writing exports
stage-verifying = releases
L010-exports-refused-nothing-published = exports refused, nothing published:
L066-problems = there is a problem
L067-differences = there are differences
L068-not-covered = the exports do not cover every corte
L069-needs-action = something is late, or the exports cannot be listed

L070-reason-empty = --reason is empty; say why the export is right
L071-no-export = there is no export `{ $export }`; expected one of: { $names }
L072-export-name-invisible = the name of { $export } holds { $character }, so no entry can name it; rename the file, and accept it under its new name
L073-export-not-read = { $export } was not read
L074-not-refused = { $rule } does not refuse { $export }: there is nothing to accept
L074-refused-by-others = { $rule } does not refuse { $export }; what refuses it: { $rules }
L075-acceptances-not-written = cannot write { $path }; `accepted` in [thresholds] of the process file may name a file elsewhere
accept-export-unreadable = { $export } cannot be accepted, since it cannot be read: { $fault }
accept-entry-invalid = the entry cannot be written
accept-file-heading = Exports that are right although a plausibility rule refuses them; `lnere accept` adds to it.
accept-accepted = accepted { $export } although { $rule } refuses it
accept-written = written to { $path }
accept-done = the export is accepted

L076-demo-folder-not-empty = { $folder } is not empty; name another folder: `lnere demo DIR`
L077-exists-already = { $path } exists already; name another folder
demo-open-dashboard = open the dashboard: { $path }
demo-synthetic = all rows are synthetic
demo-next = next, try
demo-run = publishes an earlier corte
demo-verify = reads the newest release again: checksums, schemas, totals
demo-schema = says what each column of a table means

config-not-written = cannot write the configuration to { $folder }
config-files = { $files ->
        [one] { $files } file
       *[other] { $files } files
    } in { $folder }: { $names }
config-edit = edit { $file }, and name it with --process or LNERE_PROCESS
config-done = the configuration is written

sample-export = { $name } { $number } { $records ->
        [one] record
       *[other] records
    }
sample-exports = { $exports ->
        [one] { $exports } synthetic export
       *[other] { $exports } synthetic exports
    } in { $folder }
sample-done = the exports are written

L080-release-unsound = { $release } is not what it says: { $findings ->
        [one] { $findings } finding
       *[other] { $findings } findings
    }
L080-release-unsound-and-untried = { $release } is not what it says: { $findings ->
        [one] { $findings } finding
       *[other] { $findings } findings
    }, and { $untried ->
        [one] { $untried } thing
       *[other] { $untried } things
    } could not be tried
L080-releases-unsound = { $unsound } of { $releases ->
        [one] { $releases } release
       *[other] { $releases } releases
    } { $unsound ->
        [one] is not what it says
       *[other] are not what they say
    }: { $cortes }; `lnere verify CORTE` lists all findings
L081-release-untried = { $release }: { $untried ->
        [one] { $untried } thing
       *[other] { $untried } things
    } could not be tried; all else is what it says
L081-releases-untried = some checks could not run, of { $cortes }; the others found nothing
L082-no-output-folder = there is no output folder { $folder }; --output names another
L083-no-release = no release { $release } in { $folder }; there are: { $names }
L083-no-release-at-all = no release { $release } in { $folder }: there is none; `lnere run` publishes one, and --output names another output folder
L084-release-is-file = no release { $release }: it is no folder
L084-release-absent = no release { $release }: { $error }
verify-name-of-folder = A folder is named with a `/`: ./{ $release }
verify-no-release = there is no release in { $folder }
verify-revision = revision { $revision }
verify-outcome-sound = sound
verify-outcome-untried = { $untried ->
        [one] { $untried } thing
       *[other] { $untried } things
    } not tried: { $first }
verify-outcome-findings = { $findings ->
        [one] { $findings } finding
       *[other] { $findings } findings
    }: { $first }
verify-sound = { $release }: sound
verify-not-tried = not tried: { $finding }
verify-note = note: { $note }

L085-is-file = { $path } is a file; name a folder
L085-broken-link = { $path } is a link that leads nowhere
L086-output-in-release = the output { $output } lies in the release { $release }; name another with --output
L086-output-in-output = the output { $output } lies in another output, { $other }, in which nothing else may lie; name another with --output
L087-folder-is-inputs = the { $what ->
        [dashboard] dashboard
       *[output] output
    } { $folder } is the folder of the exports, { $inputs }; keep the two apart
L087-folder-in-inputs = the { $what ->
        [dashboard] dashboard
       *[output] output
    } { $folder } lies in the folder of the exports, { $inputs }; keep the two apart
L087-folder-contains-inputs = the { $what ->
        [dashboard] dashboard
       *[output] output
    } { $folder } contains the folder of the exports, { $inputs }; keep the two apart
L058-metrics-file-name = it is no folder that exists, and its name does not end in .{ $extension }
L058-metrics-in-release = it lies in the release { $release }, which may contain nothing else; name a folder outside of the output
L047-decision-damaged = { $path }:{ $line }: this line records no decision; put the file back from a backup
status-run-not-covered-to-do = wait for the export that is missing, or ask for it; `lnere plan --due` says which
