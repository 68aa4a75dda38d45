package org.learn4j.persist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON document together with where it stands, so that every complaint names the place.
 *
 * <pre>{@code
 * JsonPlace layer = file.requireManifest().get("recipe").get("layers").get(2).allow("kind", "units");
 * int units = layer.get("units").integer();   // model.safetensors: $.recipe.layers[2].units: expected an integer, …
 * if (units < 1) {
 *     throw layer.get("units").expected("at least one unit");
 * }
 * }</pre>
 *
 * <p>All errors are {@link ModelFormatException}s: {@code MISSING} for a field or item that is not there, {@code VALUE}
 * for one of another kind.
 */
public final class JsonPlace {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,79}");

    private final @Nullable Path file;
    private final String path;
    private final Json value;

    private JsonPlace(@Nullable Path file, String path, Json value) {
        this.file = file;
        this.path = path;
        this.value = value;
    }

    /** Returns the root of a document that comes from no file. */
    public static JsonPlace of(Json document) {
        return new JsonPlace(null, "$", document);
    }

    static JsonPlace of(Path file, Json document) {
        return new JsonPlace(file, "$", document);
    }

    /** Returns the value at this place. */
    public Json value() {
        return value;
    }

    /** Returns where this is, such as {@code $.recipe.layers[2].units}. */
    public String path() {
        return path;
    }

    /**
     * Returns the field of this name.
     *
     * @throws ModelFormatException if this is no object or has no such field
     */
    public JsonPlace get(String name) {
        return find(name).orElseThrow(() -> missing("a field " + Limits.quote(name)));
    }

    /**
     * Returns the field of this name, or nothing where there is none.
     *
     * @throws ModelFormatException if this is no object
     */
    public Optional<JsonPlace> find(String name) {
        return Optional.ofNullable(object().get(name)).map(field -> field(name, field));
    }

    /**
     * Returns the fields in their order.
     *
     * @throws ModelFormatException if this is no object
     */
    public Map<String, JsonPlace> fields() {
        Map<String, JsonPlace> places = new LinkedHashMap<>();
        object().forEach((name, field) -> places.put(name, field(name, field)));
        return places;
    }

    /**
     * Returns this object after checking that it has no other fields than these.
     *
     * @throws ModelFormatException if this is no object, or has a field that is not listed
     */
    public JsonPlace allow(String... names) {
        var known = List.of(names);
        fields().forEach((name, field) -> {
            if (!known.contains(name)) {
                throw complaint(ModelFormatException.Reason.VALUE, field.path + ": unknown field, known are " + known);
            }
        });
        return this;
    }

    /**
     * Returns the item at this index, counted from 0.
     *
     * @throws ModelFormatException if this is no array or has no such item
     */
    public JsonPlace get(int index) {
        List<Json> items = array();
        if (index < 0 || index >= items.size()) {
            throw missing("an item [" + index + "]");
        }
        return new JsonPlace(file, path + "[" + index + "]", items.get(index));
    }

    /**
     * Returns the items in their order.
     *
     * @throws ModelFormatException if this is no array
     */
    public List<JsonPlace> items() {
        List<JsonPlace> places = new ArrayList<>();
        for (Json item : array()) {
            places.add(new JsonPlace(file, path + "[" + places.size() + "]", item));
        }
        return places;
    }

    /**
     * Returns the text.
     *
     * @throws ModelFormatException if this is none
     */
    public String text() {
        return of(Json.Text.class, "a text").value();
    }

    /**
     * Returns the whole number.
     *
     * @throws ModelFormatException if this is none within 32 bits
     */
    public int integer() {
        long whole = of(Json.Whole.class, "an integer").value();
        if (whole != (int) whole) {
            throw expected("an integer within 32 bits");
        }
        return (int) whole;
    }

    /**
     * Returns the whole number.
     *
     * @throws ModelFormatException if this is none within 64 bits
     */
    public long whole() {
        return of(Json.Whole.class, "an integer").value();
    }

    /**
     * Returns the number, whole or not, or what one of the texts {@code "NaN"}, {@code "Infinity"} and
     * {@code "-Infinity"} stands for, see {@link Json#of(double)}.
     *
     * @throws ModelFormatException if this is neither
     */
    public double decimal() {
        if (value instanceof Json.Text text) {
            return switch (text.value()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> throw expected("a number");
            };
        }
        return finite();
    }

    /**
     * Returns the number, whole or not.
     *
     * @throws ModelFormatException if this is none, or stands for one that is not finite
     */
    public double finite() {
        return value instanceof Json.Whole whole
                ? whole.value()
                : of(Json.Real.class, "a number").value();
    }

    /**
     * Returns the truth value.
     *
     * @throws ModelFormatException if this is none
     */
    public boolean bool() {
        return of(Json.Bool.class, "true or false").value();
    }

    /**
     * Returns the items, all of them texts.
     *
     * @throws ModelFormatException if this is no array, or an item is no text
     */
    public List<String> texts() {
        return items().stream().map(JsonPlace::text).toList();
    }

    /**
     * Returns the items, all of them whole numbers.
     *
     * @throws ModelFormatException if this is no array, or an item is no whole number
     */
    public long[] wholes() {
        return items().stream().mapToLong(JsonPlace::whole).toArray();
    }

    /**
     * Returns the items, all of them numbers as {@link #decimal()} reads them.
     *
     * @throws ModelFormatException if this is no array, or an item is no number
     */
    public double[] decimals() {
        return items().stream().mapToDouble(JsonPlace::decimal).toArray();
    }

    /** Returns whether this is the value {@code null}. */
    public boolean isNull() {
        return value instanceof Json.Null;
    }

    /** Returns the exception to throw where the value here is not what is needed, for checks of the caller's own. */
    public ModelFormatException expected(String what) {
        return complaint(ModelFormatException.Reason.VALUE, path + ": expected " + what + ", received " + received());
    }

    @Override
    public String toString() {
        return path + ": " + value;
    }

    private String received() {
        if (value instanceof Json.Fields fields) {
            return "an object of " + fields.values().size() + " fields";
        } else if (value instanceof Json.Items items) {
            return "an array of " + items.values().size() + " items";
        }
        return value instanceof Json.Text text ? Limits.quote(text.value()) : value.write();
    }

    private Map<String, Json> object() {
        return of(Json.Fields.class, "an object").values();
    }

    private List<Json> array() {
        return of(Json.Items.class, "an array").values();
    }

    private <T extends Json> T of(Class<T> kind, String what) {
        if (!kind.isInstance(value)) {
            throw expected(what);
        }
        return kind.cast(value);
    }

    private JsonPlace field(String name, Json field) {
        boolean plain = PLAIN.matcher(name).matches();
        return new JsonPlace(file, path + (plain ? "." + name : "[" + Limits.quote(name) + "]"), field);
    }

    private ModelFormatException missing(String what) {
        return complaint(ModelFormatException.Reason.MISSING, path + ": expected " + what + ", which is not there");
    }

    private ModelFormatException complaint(ModelFormatException.Reason reason, String detail) {
        return new ModelFormatException(null, reason, detail, null).in(file);
    }
}
