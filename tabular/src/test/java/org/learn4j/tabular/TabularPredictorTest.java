package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tabular.column.SchemaException;
import org.learn4j.tabular.proc.FillMissing;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.api.TimeColumn;
import tech.tablesaw.columns.Column;

/** R34: what a model was trained on is what it predicts from; anything else is an error that says what. */
class TabularPredictorTest {
    @TempDir
    private static Path folder;

    private final Table table = Shops.table(300, 1);
    private static Path sales = Path.of("");
    private static Path sizes = Path.of("");

    @BeforeAll
    static void export() {
        sales = folder.resolve("sales.safetensors");
        sizes = folder.resolve("sizes.safetensors");
        try (TabularLearner learner = Shops.learner(Shops.sales())) {
            learner.fitOneCycle(2, 1e-2);
            learner.export(sales);
        }
        try (TabularLearner learner = Shops.learner(Shops.sizes())) {
            learner.fitOneCycle(1, 1e-2);
            learner.export(sizes);
        }
    }

    private static Map<String, Object> row() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Shop", 4);
        row.put("Rate", 0.5);
        row.put("State", "HB,NI");
        row.put("Open", false);
        row.put("Day", LocalDate.of(2015, 7, 3));
        row.put("Seen", LocalDateTime.of(2015, 4, 2, 3, 4, 5));
        row.put("Distance", 17.0);
        row.put("Age", 30);
        row.put("Promo", true);
        return row;
    }

    private static long bits(TabularPrediction prediction) {
        return Double.doubleToRawLongBits(prediction.value());
    }

    // ---- rows as maps: the same answer, another type of the same value

    private static Stream<Arguments> equalRows() {
        return Stream.of(
                same("Shop", 4L),
                same("Shop", (short) 4),
                same("Shop", (byte) 4),
                same("Shop", 4.0),
                same("Shop", 4f),
                same("Shop", BigInteger.valueOf(4)),
                same("Shop", new BigDecimal("4.00")),
                same("Rate", 0.5f),
                same("Rate", new BigDecimal("0.5")),
                same("State", new StringBuilder("HB,NI")),
                same("Distance", 17),
                same("Distance", 17L),
                same("Distance", 17f),
                same("Distance", BigInteger.valueOf(17)),
                same("Distance", new BigDecimal("17")),
                same("Age", 30.0),
                same("Age", (short) 30),
                same("Promo", 1),
                same("Promo", 1.0));
    }

    private static Arguments same(String column, Object value) {
        return Arguments.of(column, value, value.getClass().getSimpleName());
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("equalRows")
    void anotherTypeOfTheSameValueIsTheSame(String column, Object value, String type) {
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            Map<String, Object> row = row();
            row.put(column, value);
            assertThat(bits(predictor.predict(row))).as(type).isEqualTo(bits(predictor.predict(row())));
        }
    }

    // ---- rows as maps: refused

    private static Stream<Arguments> wrongRows() {
        List<Arguments> all = new ArrayList<>();
        for (String name : row().keySet()) {
            all.add(wrong("without " + name, row -> without(row, name), "The columns [\"" + name + "\"] are missing"));
            all.add(wrong(
                    name + " renamed",
                    row -> with(without(row, name), name + "x", 1),
                    "[\"" + name + "\"] are missing; [\"" + name + "x\"] are there but unknown: renamed?"));
        }
        all.add(wrong("no columns", row -> Map.of(), "are missing"));
        all.add(wrong("one more", row -> with(row, "Weather", 1), "[\"Weather\"] are none the model was trained on"));
        all.add(wrong("one more that is null", row -> with(row, "Weather", null), "[\"Weather\"] are none"));
        all.add(wrong("another case", row -> with(without(row, "Age"), "age", 1), "[\"age\"] are there but unknown"));
        Map<String, String> kinds = Map.of(
                "Shop", "a whole number",
                "Rate", "a finite number",
                "State", "text",
                "Open", "true or false",
                "Day", "a LocalDate",
                "Seen", "a LocalDateTime",
                "Distance", "a finite number",
                "Age", "a finite number",
                "Promo", "a finite number");
        Map<String, List<Object>> values = new TreeMap<>();
        values.put(
                "Shop",
                List.of(
                        "4",
                        4.5,
                        4.5f,
                        true,
                        Double.POSITIVE_INFINITY,
                        1e300,
                        new BigDecimal("4.5"),
                        BigInteger.TWO.pow(64),
                        'x',
                        LocalDate.EPOCH));
        values.put("Rate", List.of("0.5", true, Double.NEGATIVE_INFINITY, LocalDate.EPOCH));
        values.put("State", List.of(4, 4.0, true, LocalDate.EPOCH, List.of("BY")));
        values.put("Open", List.of(0, 1, "true", 0.0, "no"));
        values.put("Day", List.of("2015-07-03", 16_619, LocalDateTime.of(2015, 7, 3, 0, 0), new Timestamp(0)));
        values.put("Seen", List.of("2015-04-02T03:04:05", LocalDate.EPOCH, 0L, new Timestamp(0)));
        values.put("Distance", List.of("17", Double.POSITIVE_INFINITY, LocalDate.EPOCH, 'x', Float.NEGATIVE_INFINITY));
        values.put("Age", List.of("30", new int[] {30}));
        values.put("Promo", List.of("true"));
        values.forEach((name, wrong) -> wrong.forEach(value -> all.add(wrong(
                name + " as " + value.getClass().getSimpleName() + " " + value,
                row -> with(row, name, value),
                "The column \"" + name + "\" is to hold " + kinds.get(name) + ", received " + value + " of type "
                        + value.getClass().getSimpleName() + " in row 0"))));
        return all.stream();
    }

    private static Map<String, Object> with(Map<String, Object> row, String name, @Nullable Object value) {
        Map<String, Object> more = new LinkedHashMap<>(row);
        more.put(name, value);
        return more;
    }

    private static Map<String, Object> without(Map<String, Object> row, String name) {
        Map<String, Object> less = new LinkedHashMap<>(row);
        less.remove(name);
        return less;
    }

    private static Arguments wrong(String what, UnaryOperator<Map<String, Object>> change, String message) {
        return Arguments.of(what, change, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongRows")
    void wrongRowsAreRefusedWithWhatIsWrong(String what, UnaryOperator<Map<String, Object>> change, String message) {
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            assertThatThrownBy(() -> predictor.predict(change.apply(row())))
                    .as(what)
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining(message);
            assertThatThrownBy(() -> predictor.predictRows(List.of(row(), row(), change.apply(row()))))
                    .as(what)
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining(message.replace("in row 0", "in row 2"));
        }
    }

    // ---- missing and unknown values

    @Test
    void whatIsMissingOrUnknownInACategoryIsOneAndTheSame() {
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            Map<String, Object> unknown = Map.of(
                    "Shop",
                    77,
                    "Rate",
                    0.75,
                    "State",
                    "XX",
                    "Day",
                    LocalDate.of(1999, 1, 1),
                    "Seen",
                    LocalDateTime.of(1999, 1, 1, 0, 0));
            unknown.forEach((name, value) -> {
                long asUnknown = bits(predictor.predict(with(row(), name, value)));
                assertThat(asUnknown).as(name).isEqualTo(bits(predictor.predict(with(row(), name, null))));
                assertThat(asUnknown).as(name).isNotEqualTo(bits(predictor.predict(row())));
            });
            assertThat(bits(predictor.predict(with(row(), "Shop", Double.NaN))))
                    .isEqualTo(bits(predictor.predict(with(row(), "Shop", null))));
            assertThat(bits(predictor.predict(with(row(), "Distance", Double.NaN))))
                    .isEqualTo(bits(predictor.predict(with(row(), "Distance", null))))
                    .isNotEqualTo(bits(predictor.predict(row())));
        }
    }

    @Test
    void unknownCategoriesAreRefusedOnRequest() {
        try (TabularPredictor predictor =
                TabularPredictor.open(sales).refuseUnknownCategories().load()) {
            assertThat(predictor.predict(row()).value()).isPositive();
            assertThat(predictor.predict(with(row(), "State", null)).value()).isPositive();
            assertThatThrownBy(() -> predictor.predictRows(List.of(row(), with(row(), "State", "XX"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "\"State\" has no level \"XX\" (row 1): it was trained with 3 levels: [BY, HB,NI, SN]");
            assertThatThrownBy(() -> predictor.predict(with(row(), "Shop", 0)))
                    .hasMessageContaining("\"Shop\" has no level 0 (row 0)");
        }
    }

    @Test
    void aMissingNumberThatTrainingHadNotIsRefusedOrFilledByChoice() {
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            for (String name : List.of("Age", "Promo")) {
                assertThatThrownBy(() -> predictor.predictRows(List.of(row(), with(row(), name, null))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("\"" + name + "\" has 1 missing values, the first in row 1");
            }
        }
        Path file = folder.resolve("fills.safetensors");
        TabularData data = Shops.builder(table)
                .procs(
                        FillMissing.median().whenNew(FillMissing.NewMissing.FILL),
                        org.learn4j.tabular.proc.Normalize.create())
                .target(Target.of("Sales"))
                .build();
        try (TabularLearner learner = TabularLearner.of(data).layers(8).silent().build()) {
            learner.fit(1, 1e-3);
            learner.export(file);
        }
        int[] train = data.split().train();
        double[] ages = java.util.Arrays.stream(train)
                .mapToDouble(row -> table.intColumn("Age").get(row))
                .sorted()
                .toArray();
        double median = (ages[ages.length / 2 - 1 + ages.length % 2] + ages[ages.length / 2]) / 2;
        try (TabularPredictor predictor = TabularPredictor.load(file)) {
            assertThat(bits(predictor.predict(with(row(), "Age", null))))
                    .isEqualTo(bits(predictor.predict(with(row(), "Age", median))));
        }
    }

    // ---- tables

    private static Column<?> renamed(Column<?> column, String name) {
        return column.setName(name);
    }

    private static Stream<Arguments> tables() {
        Table inputs = Shops.inputs(Shops.table(40, 9));
        List<Arguments> all = new ArrayList<>();
        int rows = inputs.rowCount();
        DoubleColumn shops = inputs.intColumn("Shop").asDoubleColumn();
        all.add(table(
                "whole numbers with gaps, read as doubles",
                inputs.copy().replaceColumn("Shop", renamed(shops, "Shop")),
                null));
        all.add(table(
                "longs",
                inputs.copy()
                        .replaceColumn("Shop", renamed(inputs.intColumn("Shop").asLongColumn(), "Shop")),
                null));
        ShortColumn shorts = ShortColumn.create("Shop");
        IntColumn promos = IntColumn.create("Promo");
        StringColumn none = StringColumn.create("Seen");
        StringColumn numbers = StringColumn.create("Shop");
        IntColumn flags = IntColumn.create("Open");
        StringColumn days = StringColumn.create("Day");
        DateTimeColumn dayTimes = DateTimeColumn.create("Day");
        DateColumn seen = DateColumn.create("Seen");
        StringColumn ages = StringColumn.create("Age");
        DoubleColumn halves = DoubleColumn.create("Shop");
        BooleanColumn rates = BooleanColumn.create("Rate");
        TimeColumn times = TimeColumn.create("Age");
        IntColumn states = IntColumn.create("State");
        for (int row = 0; row < rows; row++) {
            if (inputs.intColumn("Shop").isMissing(row)) {
                shorts.appendMissing();
            } else {
                shorts.append(inputs.intColumn("Shop").get(row).shortValue());
            }
            promos.append(inputs.booleanColumn("Promo").get(row) ? 1 : 0);
            none.appendMissing();
            numbers.append(String.valueOf(row));
            flags.append(row % 2);
            days.append("2015-07-03");
            dayTimes.append(LocalDateTime.of(2015, 7, 3, 0, 0));
            seen.append(LocalDate.of(2015, 7, 3));
            ages.append("30");
            halves.append(row == 5 ? 2.5 : 2);
            rates.append(true);
            times.append(java.time.LocalTime.NOON);
            states.append(1);
        }
        all.add(table("shorts", inputs.copy().replaceColumn("Shop", shorts), null));
        all.add(table("numbers for flags among the continuous", inputs.copy().replaceColumn("Promo", promos), null));
        all.add(table(
                "floats",
                inputs.copy()
                        .replaceColumn(
                                "Rate", renamed(FloatColumn.create("x", floats(inputs.doubleColumn("Rate"))), "Rate")),
                null));
        all.add(table("all missing, read as text", inputs.copy().replaceColumn("Seen", none), ""));
        all.add(table(
                "text for whole",
                inputs.copy().replaceColumn("Shop", numbers),
                "\"Shop\" is to be of kind whole as in training, received text"));
        all.add(table(
                "halves for whole",
                inputs.copy().replaceColumn("Shop", halves),
                "\"Shop\" is to hold a whole number, received 2.5 of type Double in row 5"));
        all.add(table(
                "numbers for flags",
                inputs.copy().replaceColumn("Open", flags),
                "\"Open\" is to be of kind flag as in training, received whole"));
        all.add(table(
                "flags for numbers among the categories",
                inputs.copy().replaceColumn("Rate", rates),
                "\"Rate\" is to be of kind number as in training, received flag"));
        all.add(table(
                "text for dates",
                inputs.copy().replaceColumn("Day", days),
                "\"Day\" is to be of kind date as in training, received text"));
        all.add(table(
                "times for dates",
                inputs.copy().replaceColumn("Day", dayTimes),
                "\"Day\" is to be of kind date as in training, received date time"));
        all.add(table(
                "dates for times",
                inputs.copy().replaceColumn("Seen", seen),
                "\"Seen\" is to be of kind date time as in training, received date"));
        all.add(table(
                "text for numbers",
                inputs.copy().replaceColumn("Age", ages),
                "\"Age\" is to be of kind number as in training, received text"));
        all.add(table(
                "numbers for text",
                inputs.copy().replaceColumn("State", states),
                "\"State\" is to be of kind text as in training, received whole"));
        all.add(table("times of day", inputs.copy().replaceColumn("Age", times), "\"Age\" is of Tablesaw's type"));
        all.add(table("a column less", inputs.copy().removeColumns("Open"), "[\"Open\"] are missing"));
        all.add(table(
                "a column renamed",
                rename(inputs.copy(), "Open", "open2"),
                "[\"Open\"] are missing; [\"open2\"] are there but unknown"));
        all.add(table(
                "a column of another case",
                rename(inputs.copy(), "Open", "open"),
                "[\"Open\"] are missing; [\"open\"] are there but unknown"));
        all.add(table(
                "a column more",
                inputs.copy().addColumns(LongColumn.create("Weather", rows)),
                "[\"Weather\"] are none"));
        return all.stream();
    }

    private static float[] floats(DoubleColumn column) {
        float[] floats = new float[column.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = column.get(i).floatValue();
        }
        return floats;
    }

    private static Table rename(Table table, String name, String other) {
        table.column(name).setName(other);
        return table;
    }

    /** A null message: the same answers; an empty one: others. */
    private static Arguments table(String what, Table table, @Nullable String message) {
        return Arguments.of(what, table, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void tablesOfOtherTypesAreTheSameOrRefused(String what, Table changed, @Nullable String message) {
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            if (message == null || message.isEmpty()) {
                double[] expected =
                        predictor.predict(Shops.inputs(Shops.table(40, 9))).values();
                double[] values = predictor.predict(changed).values();
                assertThat(java.util.Arrays.equals(values, expected)).as(what).isEqualTo(message == null);
            } else {
                assertThatThrownBy(() -> predictor.predict(changed))
                        .as(what)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(message);
            }
        }
    }

    @Test
    void columnsOfTheTrainingTableMayBeThereAndOthersByChoice() {
        Table inputs = Shops.inputs(table);
        Table withTarget =
                Shops.inputs(table).addColumns(table.doubleColumn("Sales").copy());
        try (TabularPredictor predictor = TabularPredictor.load(sales);
                TabularPredictor lenient =
                        TabularPredictor.open(sales).ignoreAdditionalColumns().load()) {
            double[] expected = predictor.predict(inputs).values();
            assertThat(predictor.predict(withTarget).values()).containsExactly(expected);
            assertThat(predictor.predict(table).values())
                    .as("Size is a column of the training table, though no input")
                    .containsExactly(expected);
            assertThatThrownBy(() -> predictor.predict(with(row(), "Weather", "rain")))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("[\"Weather\"] are none");
            assertThat(lenient.predict(table).values()).containsExactly(expected);
            assertThat(bits(lenient.predict(with(row(), "Weather", "rain"))))
                    .isEqualTo(bits(predictor.predict(with(row(), "Sales", "whatever"))));
            assertThatThrownBy(() -> lenient.predict(without(row(), "Age"))).isInstanceOf(SchemaException.class);
            assertThat(predictor.schema().names())
                    .containsExactly("Shop", "Rate", "State", "Open", "Day", "Seen", "Distance", "Age", "Promo");
        }
    }

    @Test
    void nothingInGivesNothingOut() {
        try (TabularPredictor predictor = TabularPredictor.load(sizes)) {
            assertThat(predictor.predictRows(List.of()).size()).isZero();
            assertThat(predictor.predict(Shops.inputs(table).emptyCopy()).size())
                    .isZero();
            assertThat(predictor.predict(Shops.inputs(table).emptyCopy()).labels())
                    .isEmpty();
            assertThat(predictor.predictRows(List.of()).toTable().columnNames()).contains("Size", "p(large)");
        }
    }

    // ---- one row and many

    /** 2,000 random tables of 1 to 40 rows: each row gets the bits it gets alone, in any order of rows and columns. */
    @Test
    void aRowGetsTheSameBitsAloneAndInATable() {
        Random random = new Random(11);
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            Map<Map<String, Object>, Long> alone = new HashMap<>();
            for (int run = 0; run < 2000; run++) {
                int size = 1 + random.nextInt(run % 10 == 0 ? 40 : 6);
                List<Map<String, Object>> rows = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    Map<String, Object> row = Shops.row(table, random.nextInt(300));
                    row.put("Age", random.nextInt(60));
                    if (random.nextInt(5) == 0) {
                        row.put(Shops.CATEGORIES[random.nextInt(Shops.CATEGORIES.length)], null);
                    }
                    List<String> names = new ArrayList<>(row.keySet());
                    Collections.shuffle(names, random);
                    Map<String, Object> shuffled = new LinkedHashMap<>();
                    names.forEach(name -> shuffled.put(name, row.get(name)));
                    rows.add(shuffled);
                }
                TabularPredictions together = predictor.predictRows(rows);
                assertThat(together.size()).isEqualTo(size);
                for (int i = 0; i < size; i++) {
                    long expected = alone.computeIfAbsent(rows.get(i), row -> bits(predictor.predict(row)));
                    assertThat(bits(together.get(i))).isEqualTo(expected);
                }
            }
            assertThat(alone.size()).isGreaterThan(3000);
            double[] ofTable = predictor.predict(Shops.inputs(table)).values();
            for (int i = 0; i < 300; i++) {
                assertThat(Double.doubleToRawLongBits(ofTable[i]))
                        .isEqualTo(bits(predictor.predict(Shops.row(table, i))));
            }
        }
    }

    @Test
    void predictsAsTheLearnerDid() {
        Path file = folder.resolve("again.safetensors");
        double[] expected;
        try (TabularLearner learner = Shops.learner(Shops.sales())) {
            learner.fitOneCycle(2, 1e-2);
            learner.export(file);
            expected = learner.predict(table).values();
        }
        try (TabularPredictor predictor = TabularPredictor.load(file)) {
            double[] values = predictor.predict(Shops.inputs(table)).values();
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).isCloseTo(expected[i], within(1e-4 * Math.abs(expected[i])));
            }
        }
    }

    // ---- rows as records

    private record Row(
            int Shop,
            double Rate,
            String State,
            boolean Open,
            LocalDate Day,
            LocalDateTime Seen,
            double Distance,
            long Age,
            Boolean Promo) {}

    private enum State {
        BY
    }

    private record WithEnum(
            Integer Shop,
            Float Rate,
            State State,
            Boolean Open,
            LocalDate Day,
            @Nullable LocalDateTime Seen,
            @Nullable BigDecimal Distance,
            short Age,
            int Promo) {}

    private record Short(int Shop) {}

    private record Failing(int Shop) {
        @Override
        public int Shop() {
            throw new UnsupportedOperationException("not today");
        }
    }

    @Test
    void recordsAreRowsEvenPrivateOnes() {
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            Row row = new Row(
                    4,
                    0.5,
                    "HB,NI",
                    false,
                    LocalDate.of(2015, 7, 3),
                    LocalDateTime.of(2015, 4, 2, 3, 4, 5),
                    17,
                    30,
                    true);
            assertThat(bits(predictor.predict(row))).isEqualTo(bits(predictor.predict(row())));
            Map<String, Object> map = row();
            map.put("State", "BY");
            map.put("Seen", null);
            map.put("Distance", null);
            assertThat(bits(predictor.predict(new WithEnum(
                            4, 0.5f, State.BY, false, LocalDate.of(2015, 7, 3), null, null, (short) 30, 1))))
                    .isEqualTo(bits(predictor.predict(map)));
            assertThatThrownBy(() -> predictor.predict(new Short(4)))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("\"Age\"");
            assertThatThrownBy(() -> predictor.predict(new Failing(4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"Shop\"")
                    .hasRootCauseMessage("not today");
        }
    }

    // ---- what an answer says

    @Test
    void answersAreInTheTargetsOwnUnits() {
        try (TabularPredictor predictor = TabularPredictor.load(sales)) {
            TabularPrediction one = predictor.predict(row());
            assertThat(one.values()).containsOnlyKeys("Sales").containsEntry("Sales", one.value());
            assertThat(one.toString()).isEqualTo("{Sales=" + one.value() + "}");
            assertThat(predictor.classes()).isEmpty();
            assertThat(predictor.toString()).contains("Shop", "[Sales]");
            assertThatThrownBy(one::label).isInstanceOf(IllegalStateException.class);
        }
        try (TabularPredictor predictor = TabularPredictor.load(sizes)) {
            TabularPrediction one = predictor.predict(row());
            assertThat(predictor.classes()).containsExactly("large", "medium", "small");
            assertThat(one.values().values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-5));
            assertThat(one.toString()).startsWith(one.label() + " {large=");
        }
    }

    /** Tablesaw tells columns apart without case. */
    @Test
    void classesThatDifferInCaseAloneMakeATableToo() {
        StringColumn yes = StringColumn.create("y");
        for (int i = 0; i < 40; i++) {
            yes.append(i % 3 == 0 ? "yes" : i % 3 == 1 ? "Yes" : "no");
        }
        Table small = Table.create(IntColumn.indexColumn("k", 40, 0), yes);
        TabularData data = TabularData.of(small)
                .continuous("k")
                .target(Target.classOf("y"))
                .batchSize(8)
                .build();
        try (TabularLearner learner = TabularLearner.of(data).layers(4).silent().build()) {
            learner.fit(1, 1e-3);
            assertThat(learner.predict(small).toTable().columnCount()).isEqualTo(4);
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> TabularPredictor.load(folder.resolve("none.safetensors")))
                .isInstanceOf(java.io.UncheckedIOException.class)
                .hasMessageContaining("none.safetensors")
                .isNotInstanceOf(ModelFormatException.class);
    }
}
