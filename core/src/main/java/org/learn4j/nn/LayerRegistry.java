package org.learn4j.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * The allow-list from type names in {@link Recipe}s to constructors. Immutable; a name that is not registered is refused.
 *
 * <pre>{@code
 * LayerRegistry registry = LayerRegistry.standard().with("Scale", (settings, children) -> new Scale());
 * Layer copy = registry.build(model.recipe());
 * }</pre>
 */
public final class LayerRegistry {
    private final Map<String, Factory> factories;

    private LayerRegistry(Map<String, Factory> factories) {
        this.factories = factories;
    }

    /** Returns the registry of all layers of this module. */
    public static LayerRegistry standard() {
        return new LayerRegistry(StandardLayers.factories());
    }

    /**
     * Returns this registry with one more type.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public LayerRegistry with(String type, Factory factory) {
        Map<String, Factory> more = new TreeMap<>(factories);
        if (more.put(type, factory) != null) {
            throw new IllegalArgumentException("The layer type \"" + type + "\" is registered already");
        }
        return new LayerRegistry(more);
    }

    /** Builds the layers of a recipe, without weights. */
    public Layer build(Recipe recipe) {
        return build(JsonPlace.of(recipe.toJson()));
    }

    /**
     * Builds the layers of a recipe that comes from a file, without weights.
     *
     * @throws org.learn4j.persist.ModelFormatException if it names an unknown type or its settings are not valid
     */
    public Layer build(JsonPlace recipe) {
        recipe.allow("type", "settings", "children");
        JsonPlace type = recipe.get("type");
        Factory factory = factories.get(type.text());
        if (factory == null) {
            throw type.expected("a registered layer type, one of " + factories.keySet());
        }
        Map<String, Layer> children = new LinkedHashMap<>();
        recipe.find("children")
                .ifPresent(all -> all.fields().forEach((name, child) -> children.put(name, build(child))));
        JsonPlace settings = recipe.find("settings").orElseGet(() -> JsonPlace.of(Json.object()));
        try {
            return factory.create(settings, children);
        } catch (IllegalArgumentException invalid) {
            throw settings.expected("valid settings of " + type.text() + " (" + invalid.getMessage() + ")");
        }
    }

    /** Makes a layer from its settings and its children. */
    @FunctionalInterface
    public interface Factory {
        /** Returns the layer, without weights. */
        Layer create(JsonPlace settings, Map<String, Layer> children);
    }
}
