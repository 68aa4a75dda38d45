package org.learn4j.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.LeakGuard;
import org.learn4j.weights.Weights;

@ExtendWith(LeakGuard.class)
class BackboneTest {
    /** The numbers of parameters that torchvision publishes; XResNet's follow from its layers. */
    static Stream<Arguments> architectures() {
        return Stream.of(
                arguments(ResNet.resnet18(), 11_689_512, 512),
                arguments(ResNet.resnet34(), 21_797_672, 512),
                arguments(ResNet.resnet50(), 25_557_032, 2048),
                arguments(ResNet.resnet101(), 44_549_160, 2048),
                arguments(ResNet.resnet152(), 60_192_808, 2048),
                arguments(SqueezeNet.squeezenet1_0(), 1_248_424, 512),
                arguments(SqueezeNet.squeezenet1_1(), 1_235_496, 512),
                arguments(MobileNetV2.mobilenetV2(), 3_504_872, 1280),
                arguments(Vgg.vgg11(), 132_868_840, 512),
                arguments(Vgg.vgg13(), 133_053_736, 512),
                arguments(Vgg.vgg16(), 138_365_992, 512),
                arguments(Vgg.vgg19(), 143_678_248, 512),
                arguments(DenseNet.densenet121(), 7_978_856, 1024),
                arguments(DenseNet.densenet169(), 14_149_480, 1664),
                arguments(DenseNet.densenet201(), 20_013_928, 1920),
                arguments(CifarResNet.of(20), 269_722, 64),
                arguments(CifarResNet.of(110), 1_727_962, 64),
                arguments(XResNet.xresnet18(), 11_708_744, 512),
                arguments(XResNet.xresnet50(), 25_576_264, 2048));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void hasAsManyParametersAsItsAuthorsSay(Backbone backbone, int parameters) {
        assertThat(LayerTree.parameterCount(backbone.network())).isEqualTo(parameters);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void comesBackFromItsRecipe(Backbone backbone) {
        Sequential network = backbone.network();
        Layer copy = VisionLayers.register(LayerRegistry.standard()).build(network.recipe());

        assertThat(copy.recipe()).isEqualTo(network.recipe());
        assertThat(shapes(copy)).isEqualTo(shapes(network));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void splitsItsParametersIntoGroups(Backbone backbone) {
        Sequential model =
                Sequential.of(backbone.body(), Head.of(backbone.features(), 37).build());
        List<Param> grouped = new ArrayList<>();
        for (List<Layer> group : backbone.groups(model)) {
            assertThat(group).isNotEmpty();
            group.forEach(layer -> grouped.addAll(LayerTree.params(layer).values()));
        }
        assertThat(grouped)
                .doesNotHaveDuplicates()
                .containsExactlyElementsOf(LayerTree.params(model).values());
    }

    static Stream<Arguments> small() {
        return Stream.of(
                arguments(ResNet.resnet18(), 2),
                arguments(ResNet.resnet50(), 2),
                arguments(SqueezeNet.squeezenet1_0(), 3),
                arguments(SqueezeNet.squeezenet1_1(), 3),
                arguments(MobileNetV2.mobilenetV2(), 2),
                arguments(DenseNet.densenet121(), 2),
                arguments(CifarResNet.of(20), 16),
                arguments(XResNet.xresnet18(), 2),
                arguments(XResNet.xresnet50(), 2));
    }

    @ParameterizedTest
    @MethodSource("small")
    void makesFeaturesAndLogitsOfImages(Backbone backbone, int size) {
        try (TensorScope scope = TensorScope.open();
                Layer network = backbone.network(7).initialize(Seed.of(1));
                Layer body = backbone.body().initialize(Seed.of(1))) {
            assertThat(scope).isNotNull();
            Tensor x = Tensor.randomNormal(Seed.of(2), 2, 3, 64, 64);

            Tensor logits = network.predict(x);
            assertThat(logits.shape()).isEqualTo(Shape.of(2, 7));
            assertThat(finite(logits)).isTrue();
            assertThat(body.predict(x).shape()).isEqualTo(Shape.of(2, backbone.features(), size, size));
        }
    }

    private static boolean finite(Tensor x) {
        for (float value : x.toFloats()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void namesAreTorchvisions() {
        assertThat(names(ResNet.resnet34()))
                .contains(
                        "conv1.weight",
                        "bn1.running_var",
                        "layer1.0.conv1.weight",
                        "layer2.0.downsample.0.weight",
                        "layer2.0.downsample.1.running_mean",
                        "layer4.2.bn2.bias",
                        "fc.weight")
                .doesNotContain("layer1.0.downsample.0.weight");
        assertThat(names(ResNet.resnet50())).contains("layer1.0.conv3.weight", "layer1.0.downsample.0.weight");
        assertThat(names(SqueezeNet.squeezenet1_1()))
                .contains("features.0.weight", "features.12.expand3x3.bias", "classifier.1.weight");
        assertThat(names(MobileNetV2.mobilenetV2()))
                .contains(
                        "features.0.0.weight",
                        "features.1.conv.0.0.weight",
                        "features.1.conv.1.weight",
                        "features.1.conv.2.running_mean",
                        "features.2.conv.1.0.weight",
                        "features.17.conv.3.bias",
                        "features.18.1.weight",
                        "classifier.1.bias");
        assertThat(names(Vgg.vgg16()))
                .contains("features.0.bias", "features.41.running_var", "classifier.0.weight", "classifier.6.bias");
        assertThat(names(DenseNet.densenet121()))
                .contains(
                        "features.conv0.weight",
                        "features.norm0.bias",
                        "features.denseblock1.denselayer1.norm1.weight",
                        "features.denseblock4.denselayer16.conv2.weight",
                        "features.transition3.conv.weight",
                        "features.norm5.running_mean",
                        "classifier.weight");
    }

    private static Set<String> names(Backbone backbone) {
        return shapes(backbone.network()).keySet();
    }

    private static Map<String, Shape> shapes(Layer layer) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        LayerTree.params(layer).forEach((path, param) -> shapes.put(path, param.shape()));
        LayerTree.buffers(layer).forEach((path, buffer) -> shapes.put(path, buffer.shape()));
        return shapes;
    }

    @Test
    void convolutionsStartWithTheVarianceOfHe() {
        try (TensorScope scope = TensorScope.open();
                Layer network = ResNet.resnet18().network(2).initialize(Seed.of(3))) {
            assertThat(scope).isNotNull();
            double expected = 2.0 / (512 * 3 * 3); // outputs · kernel²
            assertThat(variance(network, "layer4.1.conv2.weight")).isBetween(0.99 * expected, 1.01 * expected);
        }
    }

    private static double variance(Layer network, String name) {
        float[] values = LayerTree.params(network).get(name).value().toFloats();
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum / values.length;
    }

    @Test
    void blocksOfAnXResNetAddNothingAtFirst() {
        try (TensorScope scope = TensorScope.open();
                Layer body = XResNet.xresnet18().body().initialize(Seed.of(4))) {
            assertThat(scope).isNotNull();
            Tensor x = Tensor.randomNormal(Seed.of(5), 1, 3, 32, 32);
            Layer block = LayerTree.layers(body).get("4.1");
            Tensor before = Tensor.ones(1, 64, 8, 8);

            assertThat(block.predict(before).toFloats()).containsExactly(before.toFloats());
            assertThat(body.predict(x).shape()).isEqualTo(Shape.of(1, 512, 1, 1));
        }
    }

    // ---- weights

    private static Path save(Path file, Layer network, String prefix) {
        return save(file, network, prefix::concat);
    }

    private static Path save(Path file, Layer network, UnaryOperator<String> names) {
        List<NamedTensor> tensors = new ArrayList<>();
        LayerTree.params(network)
                .forEach((path, param) -> tensors.add(NamedTensor.of(
                        names.apply(path),
                        param.value().dtype(),
                        param.shape().dims(),
                        param.value().copy().bytes())));
        LayerTree.buffers(network)
                .forEach((path, buffer) -> tensors.add(NamedTensor.of(
                        names.apply(path),
                        buffer.value().dtype(),
                        buffer.shape().dims(),
                        buffer.value().bytes())));
        SafeTensors.write(file, tensors, Json.object());
        return file;
    }

    @Test
    void weightsGoIntoNetworkAndBody(@TempDir Path folder) {
        try (TensorScope scope = TensorScope.open();
                Layer network = CifarResNet.of(8).network().initialize(Seed.of(6))) {
            assertThat(scope).isNotNull();
            Backbone backbone = CifarResNet.of(8).pretrained(save(folder.resolve("a"), network, "model/module."));
            Tensor x = Tensor.randomNormal(Seed.of(7), 2, 3, 32, 32);

            try (Layer copy = backbone.network();
                    Layer other = backbone.network(3);
                    Layer body = backbone.body()) {
                assertThat(copy.predict(x).toFloats())
                        .containsExactly(network.predict(x).toFloats());
                assertThat(LayerTree.params(other).get("linear.weight").isInitialized())
                        .isFalse();
                assertThat(LayerTree.params(body).values()).allMatch(Param::isInitialized);
            }
        }
    }

    @Test
    void filtersForColoursAreAdaptedToOtherChannels(@TempDir Path folder) {
        try (TensorScope scope = TensorScope.open();
                Layer network = CifarResNet.of(8).network().initialize(Seed.of(6))) {
            assertThat(scope).isNotNull();
            Backbone backbone = CifarResNet.of(8).pretrained(save(folder.resolve("a"), network, "model/"));
            Tensor colours = LayerTree.params(network).get("conv1.weight").value();
            try (Layer one = backbone.channels(1).body();
                    Layer two = backbone.channels(2).body();
                    Layer five = backbone.channels(5).body()) {
                assertThat(filters(one).toDoubles())
                        .containsExactly(colours.sum(1).toDoubles(), org.assertj.core.data.Offset.offset(1e-6));
                assertThat(filters(two).toFloats())
                        .containsExactly(colours.slice(1, 0, 2).times(1.5).toFloats());
                assertThat(filters(five).slice(1, 0, 3).toFloats()).containsExactly(colours.toFloats());
                assertThat(filters(five).slice(1, 3, 5).toFloats()).containsOnly(0);
                assertThat(LayerTree.params(one).values()).allMatch(Param::isInitialized);
            }
        }
    }

    private static Tensor filters(Layer body) {
        return LayerTree.params(body).get("conv1.weight").value();
    }

    /** torchvision's files of DenseNets have the names of an early version. */
    @Test
    void oldNamesOfADenseNetAreKnown(@TempDir Path folder) {
        try (TensorScope scope = TensorScope.open();
                Layer network = DenseNet.densenet121().network().initialize(Seed.of(6))) {
            assertThat(scope).isNotNull();
            Path file = save(
                    folder.resolve("a"),
                    network,
                    name -> "model/" + name.replaceFirst("(denselayer\\d+\\.(?:norm|conv))([12])", "$1.$2"));
            try (Weights weights = Weights.open(file);
                    Layer copy = DenseNet.densenet121().pretrained(file).network()) {
                String name = "features.denseblock1.denselayer2.conv1.weight";
                assertThat(weights.names()).contains("features.denseblock1.denselayer2.conv.1.weight");
                assertThat(LayerTree.params(copy).get(name).value().toFloats())
                        .containsExactly(
                                LayerTree.params(network).get(name).value().toFloats());
            }
        }
    }

    @Test
    void weightsOfAnotherArchitectureAreRefused(@TempDir Path folder) {
        try (TensorScope scope = TensorScope.open();
                Layer network = CifarResNet.of(8).network().initialize(Seed.of(6))) {
            assertThat(scope).isNotNull();
            Path file = save(folder.resolve("a.safetensors"), network, "model/");

            assertThatThrownBy(() -> CifarResNet.of(14).pretrained(file).network())
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("a.safetensors: not the weights of a cifar-resnet14: ")
                    .hasMessageContaining("missing in the file: layer1.1.conv1.weight");
            assertThatThrownBy(() -> SqueezeNet.squeezenet1_1().pretrained(file).body())
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("not the weights of a squeezenet1_1")
                    .hasMessageContaining("unexpected: ");
        }
    }

    @Test
    void badSettingsAreRefused() {
        assertThatThrownBy(() -> CifarResNet.of(21))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6n + 2 layers expected, received 21");
        assertThatThrownBy(() -> ResNet.resnet18().channels(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ResNet.resnet18().groups(ResNet.resnet18().network()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A body of resnet18 and a head expected");
    }
}
