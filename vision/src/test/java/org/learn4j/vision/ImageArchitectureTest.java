package org.learn4j.vision;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beFinal;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.ObjectInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.hooks.GradCam;
import org.learn4j.tensor.Tensor;
import org.learn4j.vision.image.Image;

/** What the packages of vision may know of each other and of others. */
class ImageArchitectureTest {
    private static final JavaClasses VISION = new ClassFileImporter()
            .importUrl(Image.class.getProtectionDomain().getCodeSource().getLocation());

    private static final JavaClasses BELOW = new ClassFileImporter()
            .importUrls(List.of(
                    Tensor.class.getProtectionDomain().getCodeSource().getLocation(),
                    GradCam.class.getProtectionDomain().getCodeSource().getLocation()));

    @Test
    void packages_have_no_cycles() {
        slices().matching("org.learn4j.vision.(*)..").should().beFreeOfCycles().check(VISION);
    }

    @Test
    void pictures_know_nothing_of_augmentation_and_neither_of_data() {
        noClasses()
                .that()
                .resideInAPackage("org.learn4j.vision.image")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.learn4j.vision.augment", "org.learn4j.vision.data")
                .check(VISION);
        noClasses()
                .that()
                .resideInAPackage("org.learn4j.vision.augment")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.learn4j.vision.data")
                .check(VISION);
    }

    @Test
    void networks_know_nothing_of_pictures_and_nobody_below_knows_the_learner() {
        noClasses()
                .that()
                .resideInAPackage("org.learn4j.vision.model")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.learn4j.vision.image", "org.learn4j.vision.augment", "org.learn4j.vision.data")
                .check(VISION);
        noClasses()
                .that()
                .resideInAnyPackage("org.learn4j.vision.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.learn4j.vision")
                .check(VISION);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.learn4j.vision..")
                .check(BELOW);
        assertThat(BELOW.contain(Tensor.class)).isTrue();
        assertThat(BELOW.contain(GradCam.class)).isTrue();
        assertThat(VISION.contain(VisionLearner.class)).isTrue();
    }

    @Test
    void no_name_in_a_file_chooses_a_class() {
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "loads a class by name",
                        call -> call.getTargetOwner().isEquivalentTo(Class.class)
                                        && call.getName().equals("forName")
                                || call.getTargetOwner().isAssignableTo(ClassLoader.class)))
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.reflect..", "javax.script..")
                .check(VISION);
    }

    @Test
    void classes_are_named_for_what_they_are() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
                .check(VISION);
    }

    @Test
    void one_class_knows_opencv_and_none_nd4j() {
        noClasses()
                .that()
                .doNotHaveSimpleName("OpenCv")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "org.nd4j..", "org.learn4j.tabular..", "tech.tablesaw..")
                .check(VISION);
    }

    @Test
    void nothing_is_deserialised() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(VISION);
    }

    @Test
    void public_classes_are_abstract_or_final() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should(beFinal())
                .check(VISION);
        assertThat(VISION.contain(Image.class)).isTrue();
    }
}
