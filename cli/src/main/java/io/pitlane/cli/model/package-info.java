/** SavedModels as files: unpacking, inspecting, replacing, and uploading a new version. */
package io.pitlane.cli.model;
