package org.learn4j.examples;

import java.util.function.Supplier;
import org.learn4j.vision.model.Backbone;
import org.learn4j.vision.model.DenseNet;
import org.learn4j.vision.model.MobileNetV2;
import org.learn4j.vision.model.ResNet;
import org.learn4j.vision.model.SqueezeNet;
import org.learn4j.vision.model.Vgg;

/** The architectures that examples offer, by torchvision's names. */
enum Architecture {
    squeezenet1_0(SqueezeNet::squeezenet1_0),
    squeezenet1_1(SqueezeNet::squeezenet1_1),
    resnet18(ResNet::resnet18),
    resnet34(ResNet::resnet34),
    resnet50(ResNet::resnet50),
    mobilenet_v2(MobileNetV2::mobilenetV2),
    densenet121(DenseNet::densenet121),
    vgg16_bn(Vgg::vgg16);

    private final Supplier<Backbone> backbone;

    Architecture(Supplier<Backbone> backbone) {
        this.backbone = backbone;
    }

    Backbone backbone() {
        return backbone.get();
    }
}
