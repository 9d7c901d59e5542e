"""Names of QTI 2.1 and its packages, for the writer and for the linter."""

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA, VERSION = "QTIv2.1 Package", "1.0.0"
TEST, ITEM = "imsqti_test_xmlv2p1", "imsqti_item_xmlv2p1"
MATCH_CORRECT = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
