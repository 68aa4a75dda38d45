package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LayerTreeTest {
    private final Linear last = Linear.of(3, 1);
    private final Linear inner = Linear.of(3, 3);
    private final Sequential model = Sequential.of()
            .then("body", Residual.of(Sequential.of(inner, Activation.relu())))
            .then("head", last);

    @Test
    void a_layer_is_found_by_its_path() {
        assertThat(LayerTree.at(model, "head")).isSameAs(last);
        assertThat(LayerTree.at(model, "body.inner.0")).isSameAs(inner);
        assertThat(LayerTree.at(model, "")).isSameAs(model);
    }

    @Test
    void every_path_of_the_walk_leads_to_its_layer() {
        LayerTree.layers(model)
                .forEach((path, layer) -> assertThat(LayerTree.at(model, path)).isSameAs(layer));
    }

    @Test
    void a_path_that_leads_nowhere_is_refused_with_the_names_there_are() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerTree.at(model, "body.inner.7.conv"))
                .withMessage("There is no layer \"body.inner.7.conv\": \"body.inner\" has the children [0, 1],"
                        + " received \"7\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerTree.at(model, "tail"))
                .withMessageContaining("the root has the children [body, head]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerTree.at(model, "head."))
                .withMessageContaining("\"\"");
    }
}
