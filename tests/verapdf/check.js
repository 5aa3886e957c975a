// Run by Rhino, which comes with veraPDF: prints a line for each rule of PDF/UA-1 that a file breaks, and a last line.
var vera = Packages.org.verapdf;
vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var flavour = vera.pdfa.flavours.PDFAFlavour.PDFUA_1;
var parser = vera.pdfa.Foundries.defaultInstance().createParser(new java.io.File(arguments[0]), flavour);
var result = vera.pdfa.Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
var found = result.getTestAssertions().iterator();
while (found.hasNext()) {
  var one = found.next();
  if (String(one.getStatus()) != "passed") {
    print(one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber() + ": " + one.getMessage());
  }
}
print((result.isCompliant() ? "compliant" : "not compliant") + " after " + result.getTotalAssertions() + " checks");
parser.close();
