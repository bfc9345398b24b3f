/** What people see in Jenkins, and the forms by which they say what they do about problems. */
package io.faultline.jenkins.pages;
