/*!
Lists of country names that exports may use. Each line: alpha-3, then names divided by `|`.
*/

/// ISO 3166-1 in Spanish, all 249 entries: the short name, and the official name of states with its
/// article, as the United Nations print them.
pub const ISO_3166_1: &str = "
AFG|Afganistán|la República Islámica del Afganistán|Afganistán (el)
ALA|Islas Åland|Åland, Islas
ALB|Albania|la República de Albania
DEU|Alemania|la República Federal de Alemania
AND|Andorra|el Principado de Andorra
AGO|Angola|la República de Angola
AIA|Anguila
ATA|Antártida
ATG|Antigua y Barbuda
SAU|Arabia Saudita|el Reino de la Arabia Saudita|Arabia Saudí
DZA|Argelia|la República Argelina Democrática y Popular
ARG|Argentina|la República Argentina|Argentina (la)
ARM|Armenia|la República de Armenia
ABW|Aruba
AUS|Australia
AUT|Austria|la República de Austria
AZE|Azerbaiyán|la República de Azerbaiyán
BHS|Bahamas (las)|el Commonwealth de las Bahamas
BGD|Bangladesh|la República Popular de Bangladesh|Bangladés
BRB|Barbados
BHR|Bahrein|el Reino de Bahrein|Bahréin|Baréin
BEL|Bélgica|el Reino de Bélgica
BLZ|Belice
BEN|Benin|la República de Benin|Benín
BMU|Bermudas (las)
BTN|Bhután|el Reino de Bhután|Bután
BLR|Belarús|la República de Belarús|Bielorrusia
BOL|Bolivia (Estado Plurinacional de)|el Estado Plurinacional de Bolivia|Bolivia
BES|Bonaire, San Eustaquio y Saba|Bonaire, Sint Eustatius y Saba
BIH|Bosnia y Herzegovina|Bosnia-Herzegovina
BWA|Botswana|la República de Botswana|Botsuana
BRA|Brasil (el)|la República Federativa del Brasil
BRN|Brunei Darussalam|Brunéi
BGR|Bulgaria|la República de Bulgaria
BFA|Burkina Faso
BDI|Burundi|la República de Burundi
CPV|Cabo Verde|la República de Cabo Verde
KHM|Camboya|el Reino de Camboya
CMR|Camerún (el)|la República del Camerún
CAN|Canadá (el)
QAT|Qatar|el Estado de Qatar|Catar
TCD|Chad (el)|la República del Chad
CHL|Chile|la República de Chile
CHN|China|la República Popular China
CYP|Chipre|la República de Chipre
COL|Colombia|la República de Colombia
COM|Comoras (las)|la Unión de las Comoras
COG|Congo (el)|la República del Congo
COD|Congo (la República Democrática del)|la República Democrática del Congo
PRK|Corea (la República Popular Democrática de)|la República Popular Democrática de Corea
KOR|Corea (la República de)|la República de Corea
CRI|Costa Rica|la República de Costa Rica
CIV|Côte d'Ivoire|la República de Côte d'Ivoire|Costa de Marfil
HRV|Croacia|la República de Croacia
CUB|Cuba|la República de Cuba
CUW|Curaçao|Curazao
DNK|Dinamarca|el Reino de Dinamarca
DMA|Dominica|el Commonwealth de Dominica
ECU|Ecuador (el)|la República del Ecuador
EGY|Egipto|la República Árabe de Egipto
SLV|El Salvador|la República de El Salvador|Salvador (El)
ARE|Emiratos Árabes Unidos (los)|los Emiratos Árabes Unidos
ERI|Eritrea|el Estado de Eritrea
SVK|Eslovaquia|la República Eslovaca
SVN|Eslovenia|la República de Eslovenia
ESP|España|el Reino de España
USA|Estados Unidos de América (los)|los Estados Unidos de América
EST|Estonia|la República de Estonia
SWZ|Eswatini|el Reino de Eswatini|Esuatini
ETH|Etiopía|la República Democrática Federal de Etiopía
RUS|Federación de Rusia (la)|la Federación de Rusia|Rusia
FJI|Fiji|la República de Fiji|Fiyi
PHL|Filipinas|la República de Filipinas|Filipinas (las)
FIN|Finlandia|la República de Finlandia
FRA|Francia|la República Francesa
GAB|Gabón (el)|la República Gabonesa
GMB|Gambia|la República de Gambia|Gambia (la)
GEO|Georgia
GHA|Ghana|la República de Ghana
GIB|Gibraltar
GRD|Granada
GRC|Grecia|la República Helénica
GRL|Groenlandia
GLP|Guadalupe|Guadeloupe
GUM|Guam
GTM|Guatemala|la República de Guatemala
GUF|Guayana Francesa (la)|Guayana Francesa
GGY|Guernsey|Guernesey
GIN|Guinea|la República de Guinea
GNQ|Guinea Ecuatorial|la República de Guinea Ecuatorial
GNB|Guinea-Bissau|la República de Guinea-Bissau|Guinea-Bisáu
GUY|Guyana|la República Cooperativa de Guyana
HTI|Haití|la República de Haití
HMD|Isla Heard e Islas McDonald|Islas Heard y McDonald
HND|Honduras|la República de Honduras
HKG|Hong Kong
HUN|Hungría
IND|India (la)|la República de la India
IDN|Indonesia|la República de Indonesia
IRN|Irán (República Islámica del)|la República Islámica del Irán|Irán
IRQ|Iraq (el)|la República del Iraq|Irak
IRL|Irlanda
BVT|Isla Bouvet|Bouvet, Isla
CXR|Isla de Navidad
NFK|Isla Norfolk|Norfolk, Isla
IMN|Isla de Man|Man, Isla de
ISL|Islandia|la República de Islandia
CYM|Islas Caimán (las)|Caimán, Islas
CCK|Islas Cocos (Keeling) (las)|Cocos (Keeling), Islas|Islas Cocos
COK|Islas Cook (las)|Cook, Islas
FRO|Islas Feroe (las)|Feroe, Islas
SGS|Georgia del Sur y las Islas Sandwich del Sur|Islas Georgias del Sur y Sandwich del Sur
FLK|Islas Malvinas (Falkland) (las)|Malvinas, Islas (Falkland)|Islas Malvinas
MNP|Islas Marianas Septentrionales (las)|Islas Marianas del Norte
MHL|Islas Marshall (las)|la República de las Islas Marshall|Marshall, Islas
SLB|Islas Salomón (las)|Salomón, Islas
TCA|Islas Turcas y Caicos (las)|Turcas y Caicos, Islas
UMI|Islas menores alejadas de los Estados Unidos (las)|Islas Ultramarinas Menores de los Estados Unidos
VGB|Islas Vírgenes (Británicas)|Vírgenes Británicas, Islas|Islas Vírgenes Británicas
VIR|Islas Vírgenes (EE.UU.)|Vírgenes de los Estados Unidos, Islas|Islas Vírgenes de los Estados Unidos
ISR|Israel|el Estado de Israel
ITA|Italia|la República Italiana
JAM|Jamaica
JPN|Japón (el)
JEY|Jersey
JOR|Jordania|el Reino Hachemita de Jordania
KAZ|Kazajstán|la República de Kazajstán|Kazajistán
KEN|Kenya|la República de Kenya|Kenia
KGZ|Kirguistán|la República Kirguisa
KIR|Kiribati|la República de Kiribati
KWT|Kuwait|el Estado de Kuwait
LAO|República Democrática Popular Lao (la)|la República Democrática Popular Lao|Laos
LSO|Lesotho|el Reino de Lesotho|Lesoto
LVA|Letonia|la República de Letonia
LBN|Líbano (el)|la República Libanesa
LBR|Liberia|la República de Liberia
LBY|Libia|el Estado de Libia
LIE|Liechtenstein|el Principado de Liechtenstein
LTU|Lituania|la República de Lituania
LUX|Luxemburgo|el Gran Ducado de Luxemburgo
MAC|Macao
MKD|Macedonia del Norte|la República de Macedonia del Norte
MDG|Madagascar|la República de Madagascar
MYS|Malasia
MWI|Malawi|la República de Malawi|Malaui
MDV|Maldivas|la República de Maldivas
MLI|Malí|la República de Malí
MLT|Malta|la República de Malta
MAR|Marruecos|el Reino de Marruecos
MTQ|Martinica
MUS|Mauricio|la República de Mauricio
MRT|Mauritania|la República Islámica de Mauritania
MYT|Mayotte
MEX|México|los Estados Unidos Mexicanos
FSM|Micronesia (Estados Federados de)|los Estados Federados de Micronesia
MCO|Mónaco|el Principado de Mónaco
MNG|Mongolia
MNE|Montenegro
MSR|Montserrat
MOZ|Mozambique|la República de Mozambique
MMR|Myanmar|la República de la Unión de Myanmar
NAM|Namibia|la República de Namibia
NRU|Nauru|la República de Nauru
NPL|Nepal|la República Democrática Federal de Nepal
NIC|Nicaragua|la República de Nicaragua
NER|Níger (el)|la República del Níger
NGA|Nigeria|la República Federal de Nigeria
NIU|Niue
NOR|Noruega|el Reino de Noruega
NCL|Nueva Caledonia
NZL|Nueva Zelandia|Nueva Zelanda
OMN|Omán|la Sultanía de Omán
NLD|Países Bajos (Reino de los)|el Reino de los Países Bajos|Países Bajos (los)
PAK|Pakistán (el)|la República Islámica del Pakistán
PLW|Palau|la República de Palau|Palaos
PSE|Palestina, Estado de|el Estado de Palestina
PAN|Panamá|la República de Panamá
PNG|Papua Nueva Guinea|el Estado Independiente de Papua Nueva Guinea
PRY|Paraguay (el)|la República del Paraguay
PER|Perú (el)|la República del Perú
PCN|Pitcairn
PYF|Polinesia Francesa (la)
POL|Polonia|la República de Polonia
PRT|Portugal|la República Portuguesa
PRI|Puerto Rico
GBR|Reino Unido de Gran Bretaña e Irlanda del Norte (el)|el Reino Unido de Gran Bretaña e Irlanda del Norte
SYR|República Árabe Siria (la)|la República Árabe Siria|Siria
CAF|República Centroafricana (la)|la República Centroafricana
CZE|República Checa (la)|la República Checa|Chequia
MDA|República de Moldova (la)|la República de Moldova|Moldova (la República de)
DOM|República Dominicana (la)|la República Dominicana
TZA|República Unida de Tanzanía (la)|la República Unida de Tanzanía|Tanzanía, República Unida de
REU|Reunión|Reunión (la)
ROU|Rumania
RWA|Rwanda|la República de Rwanda|Ruanda
ESH|Sahara Occidental (el)|Sáhara Occidental
KNA|Saint Kitts y Nevis|San Cristóbal y Nieves
WSM|Samoa|el Estado Independiente de Samoa
ASM|Samoa Americana
BLM|San Bartolomé|Saint Barthélemy
SMR|San Marino|la República de San Marino
MAF|San Martín (parte francesa)|Saint Martin (parte francesa)
SPM|San Pedro y Miquelón|Saint Pierre y Miquelón
VCT|San Vicente y las Granadinas
SHN|Santa Elena, Ascensión y Tristán de Acuña
LCA|Santa Lucía
VAT|Santa Sede (la)|Ciudad del Vaticano|Estado de la Ciudad del Vaticano
STP|Santo Tomé y Príncipe|la República Democrática de Santo Tomé y Príncipe
SEN|Senegal (el)|la República del Senegal
SRB|Serbia|la República de Serbia
SYC|Seychelles|la República de Seychelles
SLE|Sierra Leona|la República de Sierra Leona
SGP|Singapur|la República de Singapur
SXM|Sint Maarten (parte neerlandesa)|Sint Maarten (parte holandesa)|San Martín (parte neerlandesa)
SOM|Somalia|la República Federal de Somalia
LKA|Sri Lanka|la República Socialista Democrática de Sri Lanka
ZAF|Sudáfrica|la República de Sudáfrica
SDN|Sudán (el)|la República del Sudán
SSD|Sudán del Sur|la República de Sudán del Sur
SWE|Suecia|el Reino de Suecia
CHE|Suiza|la Confederación Suiza
SUR|Suriname|la República de Suriname|Surinam
SJM|Svalbard y Jan Mayen
THA|Tailandia|el Reino de Tailandia
TWN|Taiwán (Provincia de China)|Taiwán, Provincia de China
TJK|Tayikistán|la República de Tayikistán
IOT|Territorio Británico del Océano Índico (el)
ATF|Territorios Australes Franceses (los)|Tierras Australes Francesas (las)
TLS|Timor-Leste|la República Democrática de Timor-Leste
TGO|Togo (el)|la República Togolesa
TKL|Tokelau
TON|Tonga|el Reino de Tonga
TTO|Trinidad y Tabago|la República de Trinidad y Tabago|Trinidad y Tobago
TUN|Túnez|la República de Túnez
TKM|Turkmenistán
TUR|Türkiye|la República de Türkiye|Turquía
TUV|Tuvalu
UKR|Ucrania
UGA|Uganda|la República de Uganda
URY|Uruguay (el)|la República Oriental del Uruguay
UZB|Uzbekistán|la República de Uzbekistán
VUT|Vanuatu|la República de Vanuatu
VEN|Venezuela (República Bolivariana de)|la República Bolivariana de Venezuela
VNM|Viet Nam|la República Socialista de Viet Nam|Vietnam
WLF|Wallis y Futuna
YEM|Yemen (el)|la República del Yemen
DJI|Djibouti|la República de Djibouti|Yibuti
ZMB|Zambia|la República de Zambia
ZWE|Zimbabwe|la República de Zimbabwe|Zimbabue
";

/// The tax authority's catalogue `c_Pais` of the CFDI, all 249, without `ZZZ`.
pub const CFDI_COUNTRY_NAMES: &str = "
AFG|Afganistán
ALA|Islas Åland|Islas Aland
ALB|Albania
DEU|Alemania
AND|Andorra
AGO|Angola
AIA|Anguila
ATA|Antártida
ATG|Antigua y Barbuda
SAU|Arabia Saudita
DZA|Argelia
ARG|Argentina
ARM|Armenia
ABW|Aruba
AUS|Australia
AUT|Austria
AZE|Azerbaiyán
BHS|Bahamas (las)
BGD|Bangladés
BRB|Barbados
BHR|Baréin
BEL|Bélgica
BLZ|Belice
BEN|Benín
BMU|Bermudas
BLR|Bielorrusia
MMR|Myanmar
BOL|Bolivia, Estado Plurinacional de
BIH|Bosnia y Herzegovina
BWA|Botsuana
BRA|Brasil
BRN|Brunéi Darussalam
BGR|Bulgaria
BFA|Burkina Faso
BDI|Burundi
BTN|Bután
CPV|Cabo Verde
KHM|Camboya
CMR|Camerún
CAN|Canadá
QAT|Catar
BES|Bonaire, San Eustaquio y Saba
TCD|Chad
CHL|Chile
CHN|China
CYP|Chipre
COL|Colombia
COM|Comoras
PRK|Corea (la República Democrática Popular de)
KOR|Corea (la República de)
CIV|Côte d'Ivoire|Cote d Ivoire
CRI|Costa Rica
HRV|Croacia
CUB|Cuba
CUW|Curaçao
DNK|Dinamarca
DMA|Dominica
ECU|Ecuador
EGY|Egipto
SLV|El Salvador
ARE|Emiratos Árabes Unidos (Los)
ERI|Eritrea
SVK|Eslovaquia
SVN|Eslovenia
ESP|España
USA|Estados Unidos (los)
EST|Estonia
ETH|Etiopía
PHL|Filipinas (las)
FIN|Finlandia
FJI|Fiyi
FRA|Francia
GAB|Gabón
GMB|Gambia (La)
GEO|Georgia
GHA|Ghana
GIB|Gibraltar
GRD|Granada
GRC|Grecia
GRL|Groenlandia
GLP|Guadalupe
GUM|Guam
GTM|Guatemala
GUF|Guayana Francesa
GGY|Guernsey
GIN|Guinea
GNB|Guinea-Bisáu
GNQ|Guinea Ecuatorial
GUY|Guyana
HTI|Haití
HND|Honduras
HKG|Hong Kong
HUN|Hungría
IND|India
IDN|Indonesia
IRQ|Irak
IRN|Irán (la República Islámica de)
IRL|Irlanda
BVT|Isla Bouvet
IMN|Isla de Man
CXR|Isla de Navidad
NFK|Isla Norfolk
ISL|Islandia
CYM|Islas Caimán (las)
CCK|Islas Cocos (Keeling)
COK|Islas Cook (las)
FRO|Islas Feroe (las)
SGS|Georgia del sur y las islas sandwich del sur
HMD|Isla Heard e Islas McDonald
FLK|Islas Malvinas [Falkland] (las)
MNP|Islas Marianas del Norte (las)
MHL|Islas Marshall (las)
PCN|Pitcairn
SLB|Islas Salomón (las)
TCA|Islas Turcas y Caicos (las)
UMI|Islas de Ultramar Menores de Estados Unidos (las)
VGB|Islas Vírgenes (Británicas)
VIR|Islas Vírgenes (EE.UU.)
ISR|Israel
ITA|Italia
JAM|Jamaica
JPN|Japón
JEY|Jersey
JOR|Jordania
KAZ|Kazajistán
KEN|Kenia
KGZ|Kirguistán
KIR|Kiribati
KWT|Kuwait
LAO|Lao, (la) República Democrática Popular
LSO|Lesoto
LVA|Letonia
LBN|Líbano
LBR|Liberia
LBY|Libia
LIE|Liechtenstein
LTU|Lituania
LUX|Luxemburgo
MAC|Macao
MDG|Madagascar
MYS|Malasia
MWI|Malaui
MDV|Maldivas
MLI|Malí
MLT|Malta
MAR|Marruecos
MTQ|Martinica
MUS|Mauricio
MRT|Mauritania
MYT|Mayotte
MEX|México
FSM|Micronesia (los Estados Federados de)
MDA|Moldavia (la República de)
MCO|Mónaco
MNG|Mongolia
MNE|Montenegro
MSR|Montserrat
MOZ|Mozambique
NAM|Namibia
NRU|Nauru
NPL|Nepal
NIC|Nicaragua
NER|Níger (el)
NGA|Nigeria
NIU|Niue
NOR|Noruega
NCL|Nueva Caledonia
NZL|Nueva Zelanda
OMN|Omán
NLD|Países Bajos (los)
PAK|Pakistán
PLW|Palaos
PSE|Palestina, Estado de
PAN|Panamá
PNG|Papúa Nueva Guinea
PRY|Paraguay
PER|Perú
PYF|Polinesia Francesa
POL|Polonia
PRT|Portugal
PRI|Puerto Rico
GBR|Reino Unido (el)
CAF|República Centroafricana (la)
CZE|República Checa (la)
MKD|Macedonia (la antigua República Yugoslava de)
COG|Congo
COD|Congo (la República Democrática del)
DOM|República Dominicana (la)
REU|Reunión
RWA|Ruanda
ROU|Rumania
RUS|Rusia, (la) Federación de
ESH|Sahara Occidental
WSM|Samoa
ASM|Samoa Americana
BLM|San Bartolomé
KNA|San Cristóbal y Nieves
SMR|San Marino
MAF|San Martín (parte francesa)
SPM|San Pedro y Miquelón
VCT|San Vicente y las Granadinas
SHN|Santa Helena, Ascensión y Tristán de Acuña
LCA|Santa Lucía
STP|Santo Tomé y Príncipe
SEN|Senegal
SRB|Serbia
SYC|Seychelles
SLE|Sierra leona
SGP|Singapur
SXM|Sint Maarten (parte holandesa)
SYR|Siria, (la) República Árabe
SOM|Somalia
LKA|Sri Lanka
SWZ|Suazilandia
ZAF|Sudáfrica
SDN|Sudán (el)
SSD|Sudán del Sur
SWE|Suecia
CHE|Suiza
SUR|Surinam
SJM|Svalbard y Jan Mayen
THA|Tailandia
TWN|Taiwán (Provincia de China)
TZA|Tanzania, República Unida de
TJK|Tayikistán
IOT|Territorio Británico del Océano Índico (el)
ATF|Territorios Australes Franceses (los)
TLS|Timor-Leste
TGO|Togo
TKL|Tokelau
TON|Tonga
TTO|Trinidad y Tobago
TUN|Túnez
TKM|Turkmenistán
TUR|Turquía
TUV|Tuvalu
UKR|Ucrania
UGA|Uganda
URY|Uruguay
UZB|Uzbekistán
VUT|Vanuatu
VAT|Santa Sede[Estado de la Ciudad del Vaticano] (la)
VEN|Venezuela, República Bolivariana de
VNM|Viet Nam
WLF|Wallis y Futuna
YEM|Yemen
DJI|Yibuti
ZMB|Zambia
ZWE|Zimbabue
";

/// Names in the style of Mexico's migration statistics (Unidad de Política Migratoria): qualifiers
/// follow a comma and are abbreviated. Names that equal those in the lists above are left out.
pub const MIGRATION_STATISTICS_NAMES: &str = "
KOR|Corea, Rep. (Sur)|Corea, Rep.|Corea, Rep. de|Corea (Sur)
PRK|Corea, Rep. Dem. (Norte)|Corea, Rep. Democ.|Corea, Rep. Dem. de|Corea, Rep. Pop. Dem.|Corea (Norte)
CZE|Checa, Rep.
SVK|Eslovaca, Rep.
DOM|Dominicana, Rep.
CAF|Centroafricana, Rep.
COD|Congo, Rep. Dem.|Congo, Rep. Dem. del|Congo, Rep. Democ.
COG|Congo, Rep.|Congo, Rep. del
CHN|China, Rep. Pop.|China, Rep. Popular
SYR|Árabe Siria, Rep.|Siria, Rep. Árabe
EGY|Egipto, Rep. Árabe de
LAO|Lao, Rep. Dem. Pop.|Laos
GBR|Gran Bretaña
USA|Estados Unidos
HKG|Hong Kong|Hong Kong (China)
MAC|Macao|Macao (China)
TZA|Tanzania, Rep. Unida de
IRN|Irán, Rep. Islámica de|Irán, Rep. Islámica del
MDA|Moldova, Rep. de|Moldavia, Rep. de
MKD|Macedonia, Rep. de|Macedonia, ex Rep. Yug. de
FSM|Micronesia, Rep.|Micronesia, Est. Fed. de
RUS|Rusia, Fed. de|Rusa, Federación
DEU|Alemania, Rep. Fed. de
VEN|Venezuela, Rep. Bolivariana de|Venezuela, Rep. Boliv. de
ZAF|Sudafricana, Rep.
NLD|Países Bajos (Holanda)|Holanda (Países Bajos)
MMR|Mianmar (Birmania)|Myanmar (Birmania)|Birmania (Myanmar)
VAT|Vaticano (Santa Sede)|Vaticano
BIH|Bosnia-Herzegovina
CIV|Costa de Marfil
MTQ|Martinica (Terr. Ultram. Francia)
GLP|Guadalupe (Terr. Ultram. Francia)
REU|Reunión (Terr. Ultram. Francia)
VIR|Islas Vírgenes (EUA)|Vírgenes, Islas (EUA)
VGB|Islas Vírgenes (Brit.)|Vírgenes, Islas (Británicas)
CYM|Caimán, Islas|Is. Caimán
PRI|Puerto Rico (EUA)|Puerto Rico (Estado Libre Asociado)
TWN|Taiwán
GRL|Groenlandia (Dinamarca)
TLS|Timor Oriental
BMU|Bermudas (Reino Unido)
";

/// Names that people write.
pub const COMMON_NAMES: &str = "
USA|E.E.U.U.|EEUU|EE. UU.|EE.UU.|E.E. U.U.|EUA|E.U.A.|E. U. A.|USA|U.S.A.|US|U.S.|EU|E.U.|EE.UU.A.|ESTADOS UNIDOS
USA|Estados Unidos Americanos|Estados Unidos de Norteamérica|Estados Unidos de Norte América|Estados Unidos de América
USA|United States|United States of America|The United States|Est. Unidos|Los Estados Unidos|EE.UU. de América
USA|Estados Unidos (EUA)|Estados Unidos de América (E.U.A.)|USA - Estados Unidos|USA-Estados Unidos|US Estados Unidos
CZE|Rep. Checa|Chequia|Czech Republic|República Checa
CHN|Rep. Pop. China|Rep. Pop. de China|China (República Popular)|China Popular|R.P. China
GBR|Inglaterra|Escocia|Gales|Irlanda del Norte|Irlanda (Norte)|Reino Unido|R.U.|UK|U.K.|England|United Kingdom
GBR|Inglaterra (Reino Unido)|Escocia, Reino Unido|Gran Bretaña|Great Britain
NLD|Holanda|Países Bajos|Los Países Bajos|Netherlands|The Netherlands|Holland
MMR|Birmania|Burma
SWZ|Suazilandia|Swazilandia
CIV|Costa de Marfil|Ivory Coast|Côte d’Ivoire
KOR|Corea del Sur|Corea|República de Corea|South Korea|Rep. de Corea
PRK|Corea del Norte|North Korea
MKD|Macedonia
CPV|Cabo Verde|Cape Verde
TLS|Timor Oriental|Timor Leste
BLR|Bielorrusia|Belarús|Belarus
TUR|Turquía|Türkiye|Turkiye|TÜRKİYE|Turkey
DEU|Alemania|Germany|República Federal de Alemania|Deutschland
ESP|España|Spain
CAN|Canadá|Canada|CANADA
FRA|Francia|France
ITA|Italia|Italy
BRA|Brasil|Brazil
CHE|Suiza|Switzerland
BEL|Bélgica|Belgium
SWE|Suecia|Sweden
NOR|Noruega|Norway
JPN|Japón|Japan
RUS|Rusia|Russia|Federación Rusa
ARE|Emiratos Árabes|EAU|E.A.U.|UAE|Emiratos Árabes Unidos (EAU)
ZAF|Sudáfrica|Suráfrica|África del Sur|South Africa
NZL|Nueva Zelanda|Nueva Zelandia|Nva. Zelanda|New Zealand
DOM|Rep. Dominicana|República Dominicana|R. Dominicana|Dominicana|Dominican Republic
TWN|Taiwán|Taiwan|Formosa
VNM|Vietnam|Viet Nam
SLV|El Salvador|Salvador|EL SALVADOR
PRI|Puerto Rico|Puerto Rico, Estados Unidos|Puerto Rico (E.U.A.)
BOL|Bolivia|Rep. de Bolivia
GUF|Guayana Francesa (Francia)
ABW|Aruba (Países Bajos)
PER|PER - Perú|PER-Perú|Perú (PER)|PE Perú|Perú
MEX|MX - México|MX México|MEX|MX|México
DEU|DE|DEU|DE - Alemania
NOR|NO - Noruega|NOR
NIC|NI - Nicaragua|NIC
BHR|Bahrain|Bahrein
KNA|St. Kitts and Nevis|San Cristóbal & Nieves
LCA|St. Lucia|Sta. Lucía
STP|Sto. Tomé y Príncipe|São Tomé y Príncipe
GRD|Grenada
";
