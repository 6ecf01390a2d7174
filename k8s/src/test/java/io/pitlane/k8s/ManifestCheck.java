package io.pitlane.k8s;

import java.util.List;

/** A property of the applied objects that no schema can express. */
interface ManifestCheck {

    /** The violations, each in a sentence that names the object. */
    List<String> problems(Manifests manifests);
}
