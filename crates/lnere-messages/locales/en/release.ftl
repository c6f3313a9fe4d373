L400-cannot-read = cannot read { $path }
L400-cannot-read-or-write = cannot read or write { $path }
L400-cannot-write-in = cannot write in { $path }
L401-output-held = another run holds { $path }: { $holder }; wait for it to end
L401-dashboard-held = another `lnere tablero` is writing { $path }; wait for it to end
L402-owned-by-root = { $path } belongs to root, and { $user }, who runs this, cannot write it: as root run `chown -R { $owner_and_group } { $folder }`, and then this again
L402-owned-by-other = { $path } belongs to { $owner }, and { $user }, who runs this, cannot write it: run this as { $owner }, or as root run `chown -R { $owner_and_group } { $folder }`, and then this again
L403-other-disk = it is not on the disk of out/private
L404-latest-is-no-link = { $release } is visible, but { $link } is no link and does not lead to it: { $reason }. Move it away, and run this again
L405-latest-leads-elsewhere = { $release } is visible, but { $link } still leads to { $target }: { $reason }. The next run tries again
L405-latest-missing = { $release } is visible, but there is no link { $link } to it: { $reason }. The next run tries again
L405-latest-may-be-lost = { $release } is visible, but a power failure may undo the link { $link } to it: { $reason }
L405-releases-unknown = { $link } was not moved to the newest release: the releases cannot be read: { $reason }
L406-superseded-exists = { $path } is there already
L410-no-dashboard = { $path } is there and is no dashboard of this program alone ({ $problem }): it would be replaced whole. Name a folder that is not there yet, or is empty
L411-dashboard-in-current-folder = { $path } is the folder that this command was started in; name another folder with --output
L411-dashboard-in-release = { $path } is part of a release, which nothing may change; name another folder with --output
L411-dashboard-in-output = { $path } is in the output folder { $output }, whose daily dashboard is { $dashboard }; name another folder with --output
L412-dashboard-of-other-process = { $path } has the dashboard of the process { $process }; name another folder with --output
L420-series-not-begun = the output has no public release, and nobody has said that the series `{ $series }` begins here. A second output of one process gives away what the first one hides. If something of this process was made public elsewhere, publish there, or bring back that output's `releases`, `superseded` and `private/publicado.jsonl`. If this is the first publication, say why: --new-series "REASON", which every public manifest then repeats. `--only` without `publico` publishes the rest
L420-series-of-synthetic-counts = what the output has made public are not real counts, and nobody has said that the series `{ $series }` begins here. A second output of one process gives away what the first one hides. If something of this process was made public elsewhere, publish there, or bring back that output's `releases`, `superseded` and `private/publicado.jsonl`. If this is the first publication, say why: --new-series "REASON", which every public manifest then repeats. `--only` without `publico` publishes the rest
L421-series-renamed = audiences.publico.series is `{ $configured }`, and the public release of { $corte }, revision { $revision }, is of the series `{ $published }`: name that one, or publish in another output
L422-series-already-begun = --new-series: the output continues the series `{ $series }`, which began with { $corte }, revision { $revision }; leave the option out
L423-publication-missing = the public release of { $corte }, revision { $revision }, is in the ledger { $ledger } and no longer in the output: what it said must be known before more is made public. Put its folder back into releases or superseded; `--only` without `publico` publishes the rest
L423-predecessor-missing = the public release of { $corte }, revision { $revision }, was made public after the public release of { $previous_corte }, revision { $previous_revision }, which is not in the output as it was published
L424-publication-changed = { $path } is not what was made public ({ $problem }); put it back from a backup
L425-two-series = is of the series `{ $series }`, and the public release of { $corte }, revision { $revision }, is of the series `{ $other_series }`
L425-two-firsts = the public release of { $corte }, revision { $revision }, and the public release of { $other_corte }, revision { $other_revision }, both name nothing before them
L425-same-predecessor = the public release of { $corte }, revision { $revision }, and the public release of { $other_corte }, revision { $other_revision }, both name the public release of { $previous_corte }, revision { $previous_revision }, before them
L425-no-predecessor = the public release of { $corte }, revision { $revision }, names nothing before it, and does not begin the series
L425-other-beginning = the public release of { $corte }, revision { $revision }, says of the beginning of the series something else than the public release of { $previous_corte }, revision { $previous_revision }
L426-earlier-disregarded = was made without regard to the public release of { $corte }, revision { $revision }, which was there before
L430-release-damaged = the release { $path } is damaged ({ $finding }); move it away, and what the exports say is published anew
L431-staged-unsound = the staged release of { $corte } does not verify: { $finding }
L432-revisions-unwritable = cannot write the table of revisions
L435-no-release = { $path } is no release: it has no manifest
L436-no-published-table = { $path } is no published table
L440-changed = has changed since it was published
L441-missing = is missing
L441-not-found = { $error }
L442-not-published = is not in SHA256SUMS: it was not published
L443-checksum-line = a line is no checksum and name
L443-checksums-not-canonical = is not as it was written: a line end, or the order of its lines
L443-checksums-not-text = { $error }
L444-no-regular-file = is { $kind ->
        [folder] a folder
        [link] a link
        [pipe] a named pipe
        [socket] a socket
       *[device] a device
    }, and a release holds regular files alone: it was not read
L445-too-large = has { $bytes } bytes: no file of a release is that large
L445-too-deep = lies deeper than any folder of a release
L445-no-folder-name = is no name of a folder
L445-no-file-name = is no name of a file in a release
L445-not-in-release-folder = is not in a folder of the release
L446-grown = has grown while it was read
L446-replaced-each-time = it was replaced each of the { $attempts } times that it was read; run this again
L446-publications-changed-each-time = what is public changed each of the { $attempts } times that it was read; run this again
L447-unreadable-content = { $error }
L447-corte-no-quincena-end = its corte is not the end of a quincena
L448-unreadable = { $error }
L450-columns-differ = its columns are not those of the manifest
L450-rows-differ = { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    }, the manifest says { $expected }
L450-metadata-differ = its metadata { $key } is not that of the manifest
L450-metadata-twice = its metadata say something twice
L450-columns-undescribed = its metadata lnere.columns do not describe its columns
L450-table-undescribed = does not describe the table { $table } as it says itself
L450-unsorted = its rows are not sorted by their keys, or a key is there twice
L450-can-hide = its column { $column } can hide numbers, and this table is exact
L451-no-part = is no part of the manifest
L451-no-table = is no table of the manifest
L451-charts-differ = { $found ->
        [one] { $found } chart
       *[other] { $found } charts
    } as { $ending }, the manifest says { $expected }
L451-packages-differ = { $found ->
        [one] { $found } package
       *[other] { $found } packages
    } as { $ending }, the manifest says { $expected }
L451-workbooks-differ = { $found ->
        [one] { $found } workbook
       *[other] { $found } workbooks
    } as { $ending }, the manifest says { $expected }
L451-reports-differ = { $found ->
        [one] { $found } report
       *[other] { $found } reports
    } as { $ending }, the manifest says { $expected }
L451-dashboard-pages-differ = { $found ->
        [one] { $found } dashboard in one file
       *[other] { $found } dashboards in one file
    } as { $ending }, the manifest says { $expected }
L452-other-notice = has another notice than the manifest
L452-other-release = is of another release, or has another notice
L452-dashboard-of-other-release = is of another process, another day or another audience than the manifest
L453-dashboard-not-as-written = is not as this program writes it
L453-unreadable-cube = has a cube that cannot be read, or does not add up
L453-not-what-audience-sees = has not what its audience sees, or more
L454-dashboard-counts-differ = does not count what the table { $table } counts
L454-dashboard-names-differ = names otherwise than the table { $table }
L454-dashboard-not-comparable = cannot be held against a table: { $error }
L454-no-protected-tables = shows protected tables, and the release has none
L454-other-protected-tables = does not show the protected tables of the release
L455-other-schema = its tables have the schema version { $schema }, and this program writes { $own_schema }: they are held against what the release says of them
L455-unknown-column = the column { $column } is not in the data dictionary of this program
L455-other-type = the column { $column } is of another type than in the data dictionary of this program
L455-other-words = the column { $column } is described in other words than in the data dictionary of this program
L455-other-dashboard-form = is in a form that this program does not read: it was not held against the tables
L456-count-not-exact = { $cell } is not what the exact tables count
L456-count-missing = { $cell } has no row
L457-wrong-flag = `protegida` is not true in just those rows that hide a count
L457-share-of-hidden-count = gives the percentage of a count that it hides
L458-csv-differs = does not have the cells of its table
L458-series-row = has a row of a table that is not public
L458-series-corte = has rows of { $corte }, revision { $revision }, which the manifest does not name
L458-series-small = { $cell } of { $corte } is small and not hidden
L458-series-differs = { $cell } is not what the public release of { $corte }, revision { $revision }, shows
L458-catalogue-differs = does not state the size and checksum of { $file }
release-broken-series = { $problem }: what was said there must be known before more is made public. Put its folder back into releases or superseded; `--only` without `publico` publishes the rest
release-corte-no-quincena-end = its corte is no end of a quincena
release-dashboard-has-more = it has { $file } too
release-dashboard-lacks = it has no { $file }
release-dashboard-otherwise = its { $file } is not as this program writes it
release-finding-and-more = { $finding }, and { $more } more
release-has-changed = it has changed
release-file-has-changed = { $file } has changed
release-ledger-line = line { $line }: { $error }
release-left-staged = left what was staged of { $corte }, whose release is damaged
release-lock-holder = process { $process } on { $host }, since { $since }
release-lock-holder-unknown = a process that has just begun
release-no-folder = it is no folder
release-not-what-was-counted = is not what was counted
release-public-not-compared = { $error }: what is public was not held against all that was
release-recovered-published = published revision { $revision } of { $corte }, which was ready
release-recovered-superseded = moved revision { $revision } of { $corte } to superseded
release-removed-dashboard = removed the unfinished dashboard
release-removed-release = removed the unfinished release { $name }
