package org.learn4j.examples.rossmann;

import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Set;

/** Germany's states as the files name them, and their holidays; Lower Saxony and Bremen are one for sales. */
enum State {
    BADEN_WUERTTEMBERG("BadenWuerttemberg", "BW", "BW", 73),
    BAYERN("Bayern", "BY", "BY", 180),
    BERLIN("Berlin", "BE", "BE", 92),
    BRANDENBURG("Brandenburg", "BB", "", 0),
    BREMEN("Bremen", "HB", "", 0),
    HAMBURG("Hamburg", "HH", "HH", 28),
    HESSEN("Hessen", "HE", "HE", 112),
    MECKLENBURG_VORPOMMERN("MecklenburgVorpommern", "MV", "", 0),
    NIEDERSACHSEN("Niedersachsen", "HB,NI", "NI", 22),
    NORDRHEIN_WESTFALEN("NordrheinWestfalen", "NW", "NW", 286),
    RHEINLAND_PFALZ("RheinlandPfalz", "RP", "RP", 40),
    SAARLAND("Saarland", "SL", "SL", 0),
    SACHSEN("Sachsen", "SN", "SN", 75),
    SACHSEN_ANHALT("SachsenAnhalt", "ST", "ST", 56),
    SCHLESWIG_HOLSTEIN("SchleswigHolstein", "SH", "SH", 115),
    THUERINGEN("Thueringen", "TH", "TH", 36);

    private static final Set<MonthDay> EVERYWHERE = Set.of(MonthDay.of(1, 1), MonthDay.of(5, 1), MonthDay.of(10, 3));
    private static final Set<MonthDay> CHRISTMAS = Set.of(MonthDay.of(12, 25), MonthDay.of(12, 26));

    /** The name of its weather. */
    final String weather;
    /** The code that stores have. */
    final String code;
    /** The code that search trends have, empty where there are none. */
    final String trend;
    /** How many stores it has, of 1,115. */
    final int stores;

    State(String weather, String code, String trend, int stores) {
        this.weather = weather;
        this.code = code;
        this.trend = trend;
        this.stores = stores;
    }

    /** Returns 'a' on a public holiday, 'b' at Easter, 'c' at Christmas and '0' on other days. */
    char holiday(LocalDate day) {
        MonthDay date = MonthDay.from(day);
        long sinceEaster = day.toEpochDay() - easter(day.getYear()).toEpochDay();
        if (CHRISTMAS.contains(date)) {
            return 'c';
        } else if (sinceEaster == -2 || sinceEaster == 1) {
            return 'b';
        }
        boolean isPublic = EVERYWHERE.contains(date)
                || sinceEaster == 39
                || sinceEaster == 50
                || sinceEaster == 60
                        && Set.of("BW", "BY", "HE", "NW", "RP", "SL").contains(code)
                || date.equals(MonthDay.of(1, 6)) && Set.of("BW", "BY", "ST").contains(code)
                || date.equals(MonthDay.of(10, 31))
                        && Set.of("BB", "MV", "SN", "ST", "TH").contains(code)
                || date.equals(MonthDay.of(11, 1))
                        && Set.of("BW", "BY", "NW", "RP", "SL").contains(code);
        return isPublic ? 'a' : '0';
    }

    /** Returns whether schools have holidays: at Christmas and Easter, two weeks in autumn and six in summer, which states start in turn. */
    boolean schoolHoliday(LocalDate day) {
        int year = day.getYear();
        long sinceEaster = day.toEpochDay() - easter(year).toEpochDay();
        LocalDate summer = LocalDate.of(year, 6, 22).plusWeeks(ordinal() % 6);
        LocalDate autumn = LocalDate.of(year, 10, 4).plusWeeks(ordinal() % 3);
        return day.getDayOfYear() <= 4
                || !day.isBefore(LocalDate.of(year, 12, 22))
                || sinceEaster >= -6 && sinceEaster <= 8
                || !day.isBefore(summer) && day.isBefore(summer.plusWeeks(6))
                || !day.isBefore(autumn) && day.isBefore(autumn.plusWeeks(2));
    }

    /** Returns Easter Sunday, by Gauss's rule as Lichtenberg completed it. */
    static LocalDate easter(int year) {
        int century = year / 100;
        int shift = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
        int moon = (19 * (year % 19) + shift) % 30;
        int last = moon / 29 + (moon / 28 - moon / 29) * (year % 19 / 11);
        int limit = 21 + moon - last;
        int sunday = 7 - (year + year / 4 + 2 - (3 * century + 3) / 4) % 7;
        int march = limit + 7 - Math.floorMod(limit - sunday, 7);
        return LocalDate.of(year, 3, 1).plusDays(march - 1);
    }
}
