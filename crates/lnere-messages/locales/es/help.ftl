# Ayuda de la línea de comandos. Un comando: help-COMANDO. Un argumento: help-COMANDO--ARGUMENTO, o
# help--ARGUMENTO para todos los comandos. El nombre de un valor: value-NOMBRE.

value-FILE = ARCHIVO
value-DIR = CARPETA
value-DATE = FECHA
value-PARTS = PARTES
value-N = N
value-REASON = MOTIVO
value-TEXT = TEXTO
value-RULE = REGLA
value-NAME = NOMBRE
value-ENTITIES = ENTIDADES
value-EXPORT = EXPORTACIÓN
value-LANGUAGE = IDIOMA
value-RELEASE = PUBLICACIÓN
value-BEFORE = ANTERIOR
value-AFTER = POSTERIOR
value-TABLE = TABLA
value-SHELL = INTÉRPRETE
value-FORMAT = FORMATO
value-COMMAND = COMANDO

help--help = Muestra esta ayuda
help--version = Muestra la versión
help--verbose = Da más detalles en stderr; dos veces: cada archivo y cuánto tardó
help--quiet = No escribe nada en stderr, salvo errores
help--lang = Idioma de los resultados, los mensajes y la ayuda [variable: LNERE_LANG] [si falta: el de la configuración regional]
help--process = Archivo del proceso [variable: LNERE_PROCESS] [si falta: `pipelines/pel_2020_2021.toml`]
help--inputs = Carpeta de las exportaciones [variable: LNERE_INPUTS] [si falta: la que nombra el archivo del proceso]
help--output = Carpeta de las publicaciones [variable: LNERE_OUTPUT]
help--today = Día que se toma como hoy, para simulacros y pruebas [si falta: hoy en la Ciudad de México]
help--format = Forma del resultado
help--jobs = Hilos de ejecución [si falta: uno por núcleo]
help--vintage = No lee exportaciones posteriores a este día
help--corte = Corte que se publica, AAAA-MM-DD [si falta: el más reciente que las exportaciones cubren completo]
help--from = Primer corte de un intervalo
help--to = Último corte de un intervalo
help--due = Publica, del más antiguo al más reciente, cada corte que ya terminó, que las exportaciones cubren y que no está publicado
help--only = Publica solo estas partes; las tablas se hacen siempre [si falta: las del archivo del proceso]
help--force = Publica con exportaciones anteriores a las del corte visible; y rehace como revisión las gráficas, los paquetes y el tablero de un corte publicado donde la configuración de hoy los hace distintos
help--new_series = Comienza la serie de publicaciones públicas en una carpeta que no tiene ninguna, y por qué; cada manifiesto público repite el motivo
help--metrics = Escribe en este archivo lo que vigila un monitor, en el formato de texto de Prometheus, también después de una falla; una carpeta recibe un archivo por comando [variable: LNERE_METRICS]
help--on_warning = Corre este comando del intérprete, con JSON en su entrada, cuando cambia lo que está atrasado, rechazado, pendiente o fallido desde la última vez que se le dijo; tiene 60 s, y no cambia el código de salida

help-lnere = Cuenta la Lista Nominal de Electores Residentes en el Extranjero (LNERE) y publica cada corte
help-lnere--after-help =
    Códigos de salida:
      0  hecho, o nada que hacer
      1  falla inesperada: disco lleno, permisos, un error del programa
      2  línea de comandos o archivo del proceso con error, o la carpeta de salida es de otro proceso
      3  exportaciones rechazadas; no se publicó nada
      4  otra corrida ocupa la carpeta de salida, u otra entrega la bitácora
      5  verify, deliver: la publicación no es lo que dice ser; diff: hay diferencias
      6  status: algo está atrasado, o no se puede leer la carpeta de las exportaciones; doctor: hay un problema
      7  deliver: algunos paquetes no se entregaron

    Variables de entorno:
      LNERE_PROCESS  el archivo del proceso           si no se da --process
      LNERE_INPUTS   la carpeta de las exportaciones  si no se da --inputs
      LNERE_OUTPUT   la carpeta de salida             si no se da --output; el tablero es su `tablero`
      LNERE_LANG     es o en                          si no se da --lang; si no, la del sistema
      LNERE_METRICS  el archivo o la carpeta          si no se da --metrics
    Una variable vacía cuenta como ausente.

    `lnere run` solo, desde la raíz del repositorio, publica los datos de muestra.

help-run = Lee las exportaciones, cuenta y publica cada corte pedido
help-run--output = Carpeta donde se publica [variable: LNERE_OUTPUT]
help-run--keep = No publica nada, y deja la publicación de --corte como está aunque ahora sus cifras serían otras. `status` lo dice, hasta que cambien de otra manera
help-run--reason = Por qué la publicación queda como está; lo repite la bitácora de estas decisiones
help-plan = Dice qué leería y publicaría `run`, y por qué; no escribe nada
help-plan--output = Carpeta donde se publicaría [variable: LNERE_OUTPUT]
help-check = Valida las exportaciones y muestra los motivos de rechazo; no publica nada
help-check--output = Carpeta cuya `private` recibe la cuarentena y las etiquetas desconocidas [variable: LNERE_OUTPUT]
help-accept = Acepta por su nombre, y con un motivo, una exportación que rechaza una regla de plausibilidad
help-accept--export = Nombre de la exportación en la carpeta de exportaciones
help-accept--rule = La regla que la rechaza
help-accept--reason = Por qué la exportación es correcta; lo repite cada publicación que la usa
help-accept--output = Carpeta de las publicaciones; sus exportaciones no se vuelven a juzgar [variable: LNERE_OUTPUT]
help-status = Dice qué publicaciones y exportaciones hay, qué falta por publicar y qué está atrasado
help-doctor = Revisa la instalación antes de que haga falta: archivos, carpetas, disco, unidades, reloj, servidor de correo y publicaciones; no cambia nada
help-doctor--recipients = Archivo de los destinatarios; sin él no se revisan el servidor de correo ni las carpetas de los destinatarios
help-doctor--no_verify = No verifica las publicaciones, que es lo que más tarda
help-verify = Vuelve a leer una publicación, o todas las visibles: sumas de verificación, esquemas y totales
help-verify--release = La publicación: un corte de la carpeta de salida (2020-10-15), una revisión reemplazada (2020-10-15.r1) o `latest`; una carpeta si el nombre lleva `/`
help-verify--all = Verifica la publicación visible de cada corte de la carpeta de salida; una línea por corte
help-verify--output = Carpeta de salida donde se busca la publicación [variable: LNERE_OUTPUT]
help-diff = Dice qué cambia entre dos publicaciones, tabla por tabla
help-diff--before = La publicación anterior: un corte de la carpeta de salida (2020-10-15), una revisión reemplazada (2020-10-15.r1) o `latest`; una carpeta si el nombre lleva `/`
help-diff--after = La publicación posterior, nombrada igual
help-diff--output = Carpeta de salida donde se buscan las publicaciones [variable: LNERE_OUTPUT]
help-tablero = Hace el tablero con las exportaciones más recientes, en cualquier fecha; reemplaza el anterior en un solo paso
help-tablero--output = Carpeta del tablero, que muestra cualquier servidor web o un doble clic en su index.html [si falta: `tablero` en la carpeta de salida, que es LNERE_OUTPUT o `out`]
help-tablero--due = Para un temporizador: deja para la próxima vez las exportaciones que quizá aún están llegando, como `run --due`, y no toca un tablero que cuenta hasta un día posterior
help-tablero--force = Reemplaza un tablero que cuenta hasta un día posterior, o uno para todo público por uno exacto
help-tablero--releases = Para la audiencia `publico`: la carpeta de salida de `run` cuyas tablas protegidas más recientes se muestran [si falta: la carpeta donde está el tablero]
help-deliver = Lleva cada paquete de una publicación a su destinatario, por correo o a una carpeta, una sola vez
help-deliver--release = La publicación: un corte de la carpeta de salida (2020-10-15) o `latest`; una carpeta si el nombre lleva `/` [si falta: la del corte más reciente, y las de cortes anteriores revisadas después de que alguien las recibió]
help-deliver--recipients = Archivo de los destinatarios: para quién es cada paquete, y el servidor de correo; la contraseña está en un archivo que nombra, o en `LNERE_SMTP_PASSWORD`
help-deliver--only = Entrega solo a estos: las dos cifras de una entidad, o `nacional`
help-deliver--approve = Aprueba esta publicación, nombrada como arriba, antes de que termine su espera (`[delivery] hold_hours` del archivo de los destinatarios), y la envía; la bitácora dice quién la aprobó
help-deliver--dry_run = Escribe los mensajes como archivos .eml en `private/entregas/borradores` de la carpeta de salida; no envía ni anota nada
help-deliver--output = Carpeta de salida donde se busca la publicación, y cuya `private` guarda la bitácora [variable: LNERE_OUTPUT]
help-backtest = Repite la proyección de cada corte de un proceso que ya cerró, la compara con el resultado y publica cómo le fue
help-schema = Muestra el diccionario de datos, de todas las tablas o de una
help-schema--table = Solo esta tabla
help-sample = Escribe exportaciones sintéticas de cualquier tamaño
help-sample--dir = Carpeta donde se escriben las exportaciones; no reemplaza los archivos que ya están
help-sample--shape = Forma de los datos, un archivo de la carpeta de formas del proceso
help-sample--seed = Semilla de los números al azar; la misma semilla da los mismos bytes
help-sample--applications = Solicitudes aceptadas en la última exportación [si falta: las de la forma]
help-sample--credentials = Trámites aceptados en la última exportación [si falta: los de la forma]
help-sample--cortes = Exportaciones de solo estos cortes [si falta: los de la forma]
help-init = Propone un archivo del proceso a partir de una exportación desconocida de cada fuente, y las valida con él
help-init--exports = Una exportación de cada fuente, o de una sola; en cualquier formato y dialecto que se lee
help-init--into = Archivo del proceso que se escribe; no debe existir. Junto a él se escriben los catálogos, las tablas, las gráficas y la plantilla del reporte que falten
help-init--yes = No pregunta nada: toma lo propuesto y marca lo dudoso con `# REVISAR:`
help-init--output = Carpeta cuya `private` recibe la cuarentena y las etiquetas desconocidas de la validación [variable: LNERE_OUTPUT]
help-demo = Publica un corte de datos sintéticos en una carpeta nueva, sin más que este programa
help-demo--dir = Carpeta nueva o vacía para la demostración
help-config = Escribe en una carpeta la configuración que trae el programa, para editarla
help-config-export = Escribe archivos de proceso, catálogos, gráficas, plantilla del reporte y formas de las muestras
help-config-export--dir = Carpeta que recibe `pipelines` y `charts`; no debe tener ninguna de las dos
help-completions = Muestra la función de autocompletado de un intérprete de comandos
help-completions--shell = Cuál intérprete
help-man = Escribe en una carpeta las páginas de manual de todos los comandos
help-man--dir = Carpeta de las páginas; se crea si no existe
