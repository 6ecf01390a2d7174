/** Local files: free disk space, and folders that are deleted whole. */
package io.pitlane.pipeline.files;
