commands-man-not-written = cannot write the manual pages to { $folder }
