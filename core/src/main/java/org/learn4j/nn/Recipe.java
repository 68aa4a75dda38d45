package org.learn4j.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.learn4j.persist.Json;

/**
 * What it takes to build a layer again: a type's name, its settings and the recipes of its children. Files hold recipes; a
 * {@link LayerRegistry} turns them into layers, so that names in a file choose nothing but registered types.
 *
 * @param type the name the registry knows
 * @param settings the type's settings
 * @param children the children's recipes by name, in order
 */
public record Recipe(String type, Json.Fields settings, Map<String, Recipe> children) {
    /** Copies the children. */
    public Recipe {
        children = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(children));
    }

    /** Returns a recipe without settings and children. */
    public static Recipe of(String type) {
        return new Recipe(type, Json.object(), Map.of());
    }

    /** Returns a recipe without children. */
    public static Recipe of(String type, Json.Fields settings) {
        return new Recipe(type, settings, Map.of());
    }

    /** Returns a recipe of a layer made of the given ones. */
    public static Recipe of(String type, Json.Fields settings, Map<String, Layer> layers) {
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        layers.forEach((name, layer) -> recipes.put(name, layer.recipe()));
        return new Recipe(type, settings, recipes);
    }

    /** Returns the recipe as JSON. */
    public Json.Fields toJson() {
        Json.Fields json = Json.object().with("type", type);
        if (!settings.values().isEmpty()) {
            json = json.with("settings", settings);
        }
        if (!children.isEmpty()) {
            Map<String, Json> recipes = new LinkedHashMap<>();
            children.forEach((name, recipe) -> recipes.put(name, recipe.toJson()));
            json = json.with("children", Json.object(recipes));
        }
        return json;
    }
}
