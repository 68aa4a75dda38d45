package org.learn4j.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.learn4j.persist.Json;

/** A document with one value left out or replaced by each of some that readers may stumble on. */
final class Forgeries {
    private static final List<Json> VALUES = List.of(
            Json.none(),
            Json.of(true),
            Json.of(0),
            Json.of(-1),
            Json.of(3_000_000_000L),
            Json.of(Long.MAX_VALUE),
            Json.of(Integer.MAX_VALUE),
            Json.of(1e300),
            Json.of(-.5),
            Json.of("NaN"),
            Json.of("Infinity"),
            Json.of(""),
            Json.of("unheard of"),
            Json.array(),
            Json.object());

    private Forgeries() {}

    /** Returns so many of all forgeries, evenly spread over the document; all with {@code -Dforgeries=all}. */
    static List<Json.Fields> some(Json document, int count) {
        List<Json.Fields> all = of(document);
        if ("all".equals(System.getProperty("forgeries")) || all.size() <= count) {
            return all;
        }
        return IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
    }

    static List<Json.Fields> of(Json document) {
        List<Json> all = new ArrayList<>();
        forge(document, all);
        return all.stream()
                .filter(Json.Fields.class::isInstance)
                .map(Json.Fields.class::cast)
                .filter(forged -> !forged.equals(document))
                .toList();
    }

    private static void forge(Json value, List<Json> into) {
        if (value instanceof Json.Fields fields) {
            fields.values().forEach((name, field) -> {
                Map<String, Json> without = new LinkedHashMap<>(fields.values());
                without.remove(name);
                into.add(Json.object(without));
                if (!name.equals("sha256")) {
                    List<Json> others = new ArrayList<>();
                    forge(field, others);
                    others.forEach(other -> into.add(fields.with(name, other)));
                }
            });
        } else if (value instanceof Json.Items items) {
            for (int i = 0; i < items.values().size(); i++) {
                List<Json> without = new ArrayList<>(items.values());
                Json item = without.remove(i);
                into.add(Json.array(without));
                List<Json> others = new ArrayList<>();
                forge(item, others);
                for (Json other : others) {
                    List<Json> changed = new ArrayList<>(items.values());
                    changed.set(i, other);
                    into.add(Json.array(changed));
                }
            }
        }
        into.addAll(VALUES);
    }
}
