"""Every kind of object that sevDesk answers with: all its fields, in the order of recorded answers.

An object that the sandbox makes starts as a copy of its shape. So it has every field that a real
one has, those that nobody filled in too.
"""

from typing import Any

Json = dict[str, Any]

_OWN: Json = dict.fromkeys(("id", "objectName", "additionalInformation", "create"))
_CHANGED: Json = {**_OWN, "update": None}

SHAPES: dict[str, Json] = {
    "Contact": {
        **_CHANGED,
        **dict.fromkeys(("name", "status", "customerNumber", "surename", "familyname", "titel")),
        **dict.fromkeys(("category", "parent", "description", "academicTitle", "gender")),
        **dict.fromkeys(("sevClient", "name2", "birthday", "vatNumber", "bankAccount")),
        **dict.fromkeys(("bankNumber", "mandateReference", "defaultCashbackTime")),
        **dict.fromkeys(("defaultCashbackPercent", "defaultTimeToPay", "taxNumber", "taxOffice")),
        "exemptVat": "0",
        "taxType": None,
        "defaultDiscountAmount": None,
        "defaultDiscountPercentage": "1",
        "buyerReference": "-",
        "governmentAgency": "0",
        "defaultShowVat": "1",
    },
    "ContactAddress": {
        **_CHANGED,
        **dict.fromkeys(("contact", "street", "zip", "city", "country", "category", "name")),
        "sevClient": None,
    },
    "CommunicationWay": {
        **_CHANGED,
        **dict.fromkeys(("contact", "type", "value", "key")),
        "main": "0",
        "sevClient": None,
    },
    "Voucher": {
        **_CHANGED,
        **dict.fromkeys(("sevClient", "createUser", "voucherDate", "supplier", "supplierName")),
        **dict.fromkeys(("description", "document", "costCentre", "resultDisdar", "payDate")),
        "status": None,
        "currency": None,
        **dict.fromkeys(("sumNet", "sumTax", "sumGross"), "0"),
        **dict.fromkeys(("sumNetAccounting", "sumTaxAccounting", "sumGrossAccounting"), "0"),
        "showNet": "1",
        "paidAmount": 0,
        "taxType": None,
        "creditDebit": None,
        "hidden": "0",
        "voucherType": None,
        **dict.fromkeys(("recurringIntervall", "recurringInterval", "recurringStartDate")),
        **dict.fromkeys(("recurringNextVoucher", "recurringLastVoucher", "recurringEndDate")),
        **dict.fromkeys(("enshrined", "sendType", "inSource", "iban", "accountingSpecialCase")),
        "paymentDeadline": None,
        "tip": "0",
        "mileageRate": "0",
        "selectedForPaymentFile": "0",
        **dict.fromkeys(("supplierNameAtSave", "taxmaroStockAccount", "vatNumber")),
        "deliveryDate": None,
        "deliveryDateUntil": None,
        "sumDiscountNet": "0",
        "sumDiscountGross": "0",
        **dict.fromkeys(("sumNetForeignCurrency", "sumTaxForeignCurrency"), "0"),
        "sumGrossForeignCurrency": "0",
        "sumDiscountNetForeignCurrency": "0",
        "sumDiscountGrossForeignCurrency": "0",
        "taxRule": None,
    },
    "VoucherPos": {
        **_CHANGED,
        **dict.fromkeys(("sevClient", "voucher", "taxRate", "sum", "net")),
        "isAsset": "0",
        "assetMemoValue": "0",
        **dict.fromkeys(("sumNet", "sumTax", "sumGross"), "0"),
        **dict.fromkeys(("sumNetAccounting", "sumTaxAccounting", "sumGrossAccounting"), "0"),
        "comment": None,
        "isGwg": "0",
        "cateringTaxRate": None,
        "cateringTip": None,
        **{f"specialAccountingField{number}": None for number in range(1, 6)},
        "accountDatev": None,
        "isPercentage": "1",
        "discountedValue": "0",
        **dict.fromkeys(("sumNetForeignCurrency", "sumTaxForeignCurrency"), "0"),
        "sumGrossForeignCurrency": "0",
        "sumDiscountForeignCurrency": "0",
        "createNextPart": None,
    },
    "Document": {
        **_CHANGED,
        **dict.fromkeys(("documentNumber", "createUser", "updateUser", "mimeType")),
        **dict.fromkeys(("description", "sevClient", "filename")),
        "status": "50",
        **dict.fromkeys(("extension", "filesize", "contentHash")),
    },
    "Tag": {**_OWN, "name": None, "sevClient": None},
    "TagRelation": {**_OWN, "tag": None, "object": None, "sevClient": None},
    "CostCentre": {
        **_CHANGED,
        **dict.fromkeys(("sevClient", "number", "name", "color", "postingAccount")),
        "defaultCentre": "0",
    },
}

LEFT_OUT = {
    "Contact": ("parent",),
    "Voucher": ("supplier", "document", "costCentre", "taxRule"),
}
"""References that an answer leaves out where they are not set."""
