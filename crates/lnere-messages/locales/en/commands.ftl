commands-man-not-written = cannot write the manual pages to { $folder }
# Parts that several commands share.
commands-cannot-read = cannot read { $path }
commands-cannot-write = cannot write { $path }
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
L040-problems = there is a problem
L041-differences = there are differences
L042-not-covered = the exports do not cover every corte
L043-needs-action = something is late, or waits for the operator

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

sample-cannot-create = cannot create { $folder }
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
