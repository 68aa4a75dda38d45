package org.learn4j.examples.rossmann;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/**
 * The logarithm of a store's sales on a day it is open, without noise: a sum of effects, all of them functions of the columns that the lesson
 * makes of the files, so that a model can learn every one.
 */
final class SalesFormula {
    private static final double[] WEEKDAY = {.10, .01, -.03, -.02, .03, -.12, .05};
    private static final double[] MONTH = {-.06, -.04, 0, .01, .01, .01, 0, -.02, -.04, -.02, .03, .12};

    private final Weather weather;
    private final Trends trends;

    SalesFormula(Weather weather, Trends trends) {
        this.weather = weather;
        this.trends = trends;
    }

    double logarithm(Store store, LocalDate day) {
        return store.level()
                + store.growth() * (day.getYear() - 2014)
                + weekday(store, day)
                + season(day)
                + holidays(store, day)
                + competition(store, day)
                + longPromotion(store, day)
                + outside(store, day);
    }

    /** Every second week, Monday to Friday, in all stores. */
    static boolean isPromotion(LocalDate day) {
        long week = Math.floorDiv(day.toEpochDay() - LocalDate.of(2013, 1, 7).toEpochDay(), 7);
        return week % 2 == 0 && day.getDayOfWeek().getValue() <= 5;
    }

    /** Mondays are best, those with a promotion most of all; stores of type d are weak on Saturdays. */
    private static double weekday(Store store, LocalDate day) {
        int weekday = day.getDayOfWeek().getValue();
        double effect = WEEKDAY[weekday - 1];
        if (isPromotion(day)) {
            effect += store.promo() + (weekday == 1 ? .10 : 0) - (weekday == 5 ? .05 : 0);
        }
        if (store.type() == 'd' && weekday == 6) {
            effect -= .10;
        } else if (store.type() == 'b' && weekday >= 6) {
            effect += .15;
        }
        return effect;
    }

    /** Months, the days before Christmas, and the days around pay day. */
    private static double season(LocalDate day) {
        int date = day.getDayOfMonth();
        double effect = MONTH[day.getMonthValue() - 1];
        if (day.getMonthValue() == 12) {
            effect += date >= 12 && date <= 23 ? .15 : date == 24 || date == 31 ? -.30 : 0;
        }
        return effect + (date <= 3 || date >= 29 ? .06 : date == 15 || date == 16 ? .03 : 0);
    }

    /** People buy before the shops close, and again when they open. */
    private static double holidays(Store store, LocalDate day) {
        State state = store.state();
        double effect = 0;
        if (state.holiday(day.plusDays(1)) != '0') {
            effect += .14;
        } else if (state.holiday(day.plusDays(2)) != '0') {
            effect += .07;
        }
        if (state.holiday(day) == '0' && state.holiday(day.minusDays(1)) != '0') {
            effect += .05;
        }
        return effect + (state.schoolHoliday(day) ? .03 : 0);
    }

    /** A new competitor takes customers after a month, the more the nearer, and they come back within two years. */
    private static double competition(Store store, LocalDate day) {
        LocalDate since = store.competitionSince();
        if (since == null || store.distance() == 0) {
            return 0;
        }
        long months = Math.floorDiv(ChronoUnit.DAYS.between(since, day), 30);
        return months < 1 || months >= 24 ? 0 : -.25 * Math.exp(-months / 9.0) / (1 + store.distance() / 2000.0);
    }

    /** The long promotion runs in the months that its rounds start in. */
    private static double longPromotion(Store store, LocalDate day) {
        LocalDate since = store.promo2Since();
        if (since == null || (day.getMonthValue() - 1) % 3 != store.interval()) {
            return 0;
        }
        return ChronoUnit.WEEKS.between(since, day) >= 1 ? .05 : 0;
    }

    /** Rain, snow and heat keep people at home; when many search for the chain, many come. */
    private double outside(Store store, LocalDate day) {
        Weather.Day sky = weather.get(store.state(), day);
        double effect = (sky.rain() ? -.02 : 0) + (sky.snow() ? -.05 : 0);
        effect -= .01 * Math.max(0, sky.maxTemperature() - 27);
        double sea =
                Set.of("SH", "HH").contains(store.state().code) ? .004 * Math.max(0, sky.maxTemperature() - 18) : 0;
        return effect + sea + .003 * (trends.get(store.state(), day) - 70);
    }
}
