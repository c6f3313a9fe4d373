commands-man-not-written = no se pueden escribir las páginas de manual en { $folder }
