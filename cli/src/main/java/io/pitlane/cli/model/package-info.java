/**
 * SavedModels as files: unpacking, inspecting, exporting, replacing, and uploading a new version.
 */
package io.pitlane.cli.model;
