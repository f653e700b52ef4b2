"""Word lists that passphrases and suggested handles are drawn from.

The lists come from the `mnemonic` package: 2,048 common words a language, told apart by their first four letters.
Only languages whose list was read through are used: a slip of paper that says "rifle rebel police bomb" is
dangerous at a checkpoint, and a handle must not insult its owner. What was taken out stands below; the entropy of a
passphrase is computed from what remains (ACC-2). Languages without a list get digits.
"""

from functools import cache
from unicodedata import normalize

from lms.host.security.text import fold

LISTS = {"en": "english", "es": "spanish", "fr": "french", "pt": "portuguese", "ru": "russian"}

LEFT_OUT = {
    "en": (
        "abandon abuse accident accuse addict alcohol alien anger angry anxiety armed armor army arrest arrow assault "
        "asset attack awful bachelor battle betray bitter blade blame bleak bless blind blood body bomb bullet bunker "
        "burden burst cannon capital cash casino chaos chase cigar citizen civil claim coconut confirm congress "
        "control convince crash crazy cream crime cruel cry damage danger daring deal debate debris decline defense "
        "defy demise denial deny depend deposit deputy despair destroy diesel disagree disease divorce dizzy donkey "
        "dose drastic dumb dutch dwarf empower enemy enforce enlist erase erupt escape evidence evil exclude execute "
        "exile expose fat fatal father fatigue fault fee female fever fire flag flee foil force fragile frown fury "
        "garbage gas ghost goat goddess gorilla gospel gossip govern grief grunt guard guilt gun harsh hazard helmet "
        "hero hidden horror hospital hunt hurt husband idle ignore ill illegal illness immune infant inflict inject "
        "injury inmate innocent insane invest jealous judge junk kick kidney knife law lawsuit leader legal liar "
        "liberty loan lonely loud mad man mandate mask mercy misery mom monkey monster moral mosquito mother muscle "
        "mystery myth naive nasty negative neglect nerve nominee nuclear nurse obey obscure oppose orphan pact panic "
        "patient patrol peasant penalty pepper pig pill pistol police poverty power prison private prize protect "
        "pulse punch rabbit race razor rebel reform refuse regret reject rely report resist resource response retreat "
        "reveal rifle riot risk rival robot rude sad saddle sadness satoshi scare scrap secret security shadow "
        "sheriff shock shoot shove sick siege skull slogan smoke sniff soldier sorry spy strike struggle stumble "
        "submit suffer suspect swear sword symptom target tattoo throw thunder tobacco toilet tongue torch tornado "
        "tragic trap trash trial tribe trick trigger trouble ugly undo unfair unhappy upset urge useless veteran "
        "vicious virus visa void volcano vote warfare warrior wasp waste weapon weird wife wild witness wolf woman "
        "worry wreck wrestle wrong"
    ),
    "es": (
        "aborto abuso acusar aduana agonía ahogo alacrán alarma alcalde aliado amante anemia año apodo arnés "
        "arpón asado asalto asilo asno ataque ateo azote bastón basura batalla bestia bicho bobo bomba botín bozal "
        "bruja bruto buitre burro cadáver cadena caer caída calvo cáncer caos capitán cárcel caspa causa celda "
        "cerdo chiste chivo chupar ciego cohete cojo combate cráneo crimen crisis cruz culpa culto débil dedo "
        "delito derecho derrota desnudo destino diablo disfraz dolor droga duelo enano enemigo enfado enfermo engaño "
        "espada espía esposa etnia evadir exilio éxito falso fatiga feo feria feroz fiebre fiera fobia fosa fracaso "
        "fraude fuego fuga fumar furgón furia fusil gamba gordo gorila grave gripe grito guardia guerra gusano herir "
        "hígado hostil huelga huida huir humo hurto iglesia ilegal incapaz inerte inútil invierno ira jefe jeringa "
        "joroba juez juicio juzgar lacra ladrón laguna lamer lengua lesión letal licor loco locura lucha macho "
        "mafia maldad malo manco masivo matar médula militar mina misa miseria misil moño moreno morir muerte mugre "
        "mujer multa muro náusea necio negro nervio noticia obeso obispo odiar odio ofensa orgía orgullo oveja "
        "padre país pánico parir paro patria pecado pelea peligro pena perro piojo pirata plomo pobre poder "
        "policía poste preso prisión privar prueba puchero pudor pulga puñal rabia radical rapto rato raza "
        "reacción reforma rehén rencor reptil res rescate revés rey riesgo rigor riñón ruina ruptura sable "
        "sangre sapo satán secreto secta severo sexo solapa soldado soledad sordo sudor sufrir sultán tabaco "
        "tatuaje temor terror testigo tonto torpedo torso tos tosco tóxico traer tráfico trauma triste tuerto tumba "
        "tumor túnel úlcera vampiro vencer veneno vengar vicio víctima viejo vil violín viudo votar voto zorro "
        "zurdo"
    ),
    "fr": (
        "abandon abdiquer abolir abrasif abrupt absurde abusif acajou accabler accuser acerbe affreux agacer alarmer "
        "alerte aliéner amertume anarchie anéantir angoisse anxieux armature armement armoire armure arracher "
        "arsenic assaut asservir atroce attaque avarice avide bafouer balisage barbier barrage bataille baudrier "
        "biopsie bistouri bizarre blafard blessant blinder bloquer bobard boire boucle boxeur brasier brave brutal "
        "bustier calomnie calvaire canon caporal capter carabine carnage casque cellule cendrier censurer chagrin "
        "chasseur chavirer chute cigare citoyen claquer cloporte cobra colère colonel combat coupure couteau crainte "
        "creuser crier crotale cruel crypter cupide cyanure cynique danger danseur débattre débutant déchirer "
        "défensif déloger démolir dérober désastre désobéir détester détresse diable douanier duperie "
        "écraser éjecter élitisme empereur enclave enfermer ennemi ennuyeux épidémie épier épitaphe épreuve "
        "étatique éteindre ethnie étrange évasion exécuter exhorter exigence exiler fatal fatigue fautif "
        "fébrile fémur féroce ficeler filature filou foudre fouiller fragile frapper frayeur frémir frivole "
        "frontal fuite fureur furieux furtif gendarme général glaive goudron gouffre grogner gronder guerrier "
        "hasard hématome honteux horde horrible hurler hydromel hypnose ignorer illicite immobile imposer imputer "
        "incendie incident ineptie infliger ingérer injecter injure innocent insulter intrigue inutile invasion "
        "irriter isoler ivresse jouissif jugement juriste justice lacérer larme légal lézard licorne litige lubie "
        "lugubre lutter maigre maléfice malheur malice marteler matraque maudire maussade mauve méchant médecin "
        "membre menacer mensonge missile monstre moqueur mortier mouvant munition muraille murène nation naufrage "
        "néfaste négation nerveux nocif noirceur nuire nuisible obéir obscur offenser officier ogive orageux "
        "orgueil outrager paniquer paresse patron pénible pénurie perte peser peuple phobie pieuvre plomb policier "
        "pouvoir prison proie psychose public punaise punitif ravager redouter reptile requin révolte rigide risible "
        "risque rival rompre ruiner ruser sabler saboter sabre saisir sanction sanglier sarcasme sauvage scalpel "
        "scandale scélérat sergent sévir siéger siffler sinistre soldat solitude sombre sorcier sottise souffle "
        "suspect tabac tatouage témoin tenaille terrible torpille tousser toxine tragique trahir trancher tribunal "
        "troupeau tyran ubuesque uranium urticant usure vagabond vampire venger venimeux vétéran vexant vexer "
        "vilain vipère virement virus vorace voter"
    ),
    "pt": (
        "abduzir abismo absinto absurdo abutre acabado acusador adega advogado agiota agreste albergue alcatra "
        "alucinar amador anarquia ansioso apanhado apelido arma arsenal asilado atacado ateu atirador autismo azarar "
        "babar baleia barraca batida beirada berro bexiga birrento bispo bizarro blindado bobagem borracha braveza "
        "briga bruxo budismo busca cabo cacetada cadeado caipira calafrio canivete cansado censo cicatriz cigana "
        "clero coagir cobaia coibir confuso coronha cratera criada criminal crioulo crise criticar crua cubano cueca "
        "cujo culpar cuspir cutelo debater deboche delator demitir demolido depressa desafio desgaste desigual "
        "detentor detonar detrito deusa dinheiro disparo ditador dolorido drogaria duelar duende eleger embargo "
        "encenado enjoar envolver erguido escuta espreita europeu exausto exigente exonerar expulsar fadiga fardado "
        "feminino fera fibrose flechada fofocar fogo foice fossa fugir fulano furador furioso gemer gemido golpear "
        "gordura governar granada greve gritaria grosso grotesco guerrear heresia hesitar hiena hipnose idoso "
        "ignorado iludido impune inapto indeciso ineficaz inflamar infrator inibido inimigo injetar insulto intriga "
        "invasor iraniano irritado isca isolado jararaca judeu juiz jurado labareda lamber lamentar laxante legista "
        "lesma libido lixa lixeira loucura lutador macaco machado malandro maluco mamilo mancha maroto masmorra "
        "medusa mesquita ministro morcego mosquete motim mulata mulher multar munido muralha naja navalha nervoso "
        "obcecado ocioso ofensiva orfanato orgasmo orgulho ortodoxo ossada ovular pancada paulada perito peruca piada "
        "picado piranha pistola pivete plebeu policiar pontaria prece prefeito profeta proibido punhal punir raiva "
        "rajada ranger ratazana rebelde rebolar regime rejeitar repelir ressaca revolta rigoroso risco sangue "
        "sargento sarjeta senador sensual separado sigilo sombrio sonegar soterrar sovado sozinho sucata sugador suor "
        "tatuagem teimar tenente tesoura timidez toxina traseiro tribo urubu vadiar vaidoso vala veado velhice "
        "vereador vergonha viatura vibrador vigiar vulto xerife xingar zangado zombar"
    ),
    "ru": (
        "авария агент агитация агрегат адвокат адмирал азарт алтарь амбиция арест армия арсенал артерия атака "
        "бактерия бандит барон бедный беженец бездна бешеный битва блин боец бокал бомба борт борьба бояться брак "
        "бред бродяга броня бросить брюхо бунт бурный бывший вдова ведьма ветеран взрыв вина вирус власть воевать "
        "возня война войско вопль вредный выкуп вялый гарнизон гвардия генерал гимн глупый глухой гнев гнилой горький "
        "грозить грубый груз грязный давление дежурный дерзкий дефект дефицит дивизия дикарь донос досада драка "
        "древний дрожать дуэль жадный жалеть жалоба жертва жрец жулик жуткий заговор задача закон замысел захват "
        "защита злой знамя идеолог изба избить избыток изгнать икона имидж империя инвалид институт интрига инфаркт "
        "инцидент искать испуг кавалер казино капитан каска кислота кличка клоун кнут князь кобура комиссия кража "
        "кризис кричать кровь крушение кулак кумир купюра лагерь лгать ледяной лихой лишний ложь лозунг лукавый лысый "
        "лютый майор милиция милость министр мишень мнимый мозг монстр мрачный мстить мужчина мундир наглый налог "
        "напасть негодяй недуг нелепый неловко немой нервный неудача нефть нищий обжечь обрыв обыск окоп окраина "
        "опасный опека операция опухоль орган оружие отказ отряд отставка офицер охота охрана паника партия патрон "
        "пахнуть пепел пехота плакать пленный плохой подделка поджать поединок позор пойти полк пошлина прах преграда "
        "приказ прицел пугать пуля разбить разрыв ракета рапорт рвануть рваться реакция режим резать религия ремень "
        "реформа риск рубеж рубить рухнуть рычаг санкция сбить свалка сдаться секрет сенатор сержант сжечь синяк "
        "скандал скелет скука слабый след слеза слепой служба снайпер снаряд солдат соперник спирт срыв ссора стыдно "
        "судить судьба сумрак суровый сыщик тайна таможня таракан терзать терять толпа топор тощий траншея трибуна "
        "триумф трюк тупик убежать убогий увезти угадать угроза угрюмый удар укусить унижать унылый упрек уронить "
        "устав утечка ущерб фракция фронт фуражка хитрый хищник хулиган цензура чудак чужой чума чушь шинель шпион "
        "шприц штаб штамм штраф штурм штык шутить щека ярость"
    ),
}


@cache
def words(lang: str) -> tuple[str, ...]:
    """Return the words of a language, or an empty tuple where digits are used instead.

    Words that a person could type alike (after `fold`) appear once, so that the length of the list is the number of
    different passphrases a position can take.
    """
    if lang not in LISTS:
        return ()
    from mnemonic import Mnemonic

    left_out = {fold(word) for word in LEFT_OUT[lang].split()}
    distinct: dict[str, str] = {}
    for word in Mnemonic(LISTS[lang]).wordlist:
        distinct.setdefault(fold(word), normalize("NFC", word))  # the lists come decomposed, which pages must not be
    return tuple(word for folded, word in distinct.items() if folded not in left_out)
