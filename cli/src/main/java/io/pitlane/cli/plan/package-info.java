/** Plan files: reading, packing their data and models, and registering them at a gateway. */
package io.pitlane.cli.plan;
